// SPDX-License-Identifier: Apache-2.0
// Text format of protocol buffers, by recursive descent.
#include "config/text_format.h"

#include "tensor/error.h"

#include <algorithm>
#include <cstring>

namespace tradewind {
namespace {

constexpr std::size_t most_levels = 64, most_fields = 1'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool in_word(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '+' ||
           c == '-';
}

class Parser {
public:
    Parser(const std::string &text, const std::string &file) : text_(text), file_(file)
    {
        if (text.starts_with("\xEF\xBB\xBF")) at_ = 3;
    }

    // Up to the closing bracket, or to the end of the file ('\0').
    std::vector<TextField> fields(char closing, std::size_t level)
    {
        if (level > most_levels) refuse("messages stand in more than " + std::to_string(most_levels) + " levels");
        std::vector<TextField> found;
        const std::size_t opened = line_;
        while (true) {
            const char next = peek();
            if (next == closing) return found;
            if (next == '\0') refuse("the message that began on line " + std::to_string(opened) + " is not closed");
            read_field(found, level);
            if (const char separator = peek(); separator == ',' || separator == ';') ++at_;
        }
    }

private:
    [[noreturn]] void refuse(const std::string &why) const
    {
        throw Error(ErrorCode::usage, why, file_ + ":" + std::to_string(line_));
    }

    // The next character that is neither blank nor comment; '\0' at the end of the file.
    char peek()
    {
        for (; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == '#')
                at_ = std::min(text_.find('\n', at_), text_.size()) - 1;
            else if (c == '\n')
                ++line_;
            else if (c == '\0')
                refuse("this is no text");
            else if (!std::strchr(" \t\r\f\v", c))
                return c;
        }
        return '\0';
    }

    std::string word()
    {
        peek();
        const std::size_t start = at_;
        while (at_ < text_.size() && in_word(text_[at_])) ++at_;
        return text_.substr(start, at_ - start);
    }

    void read_field(std::vector<TextField> &into, std::size_t level)
    {
        TextField field;
        peek();
        field.line = line_;
        field.name = word();
        if (field.name.empty() || is_digit(field.name[0]))
            refuse("a field's name is expected here, not '" + (field.name.empty() ? text_.substr(at_, 1) : field.name) +
                   "'");
        const bool colon = peek() == ':';
        if (colon) ++at_;
        const char next = peek();
        if (next == '[') return read_list(into, field, level);
        if (!colon && next != '{' && next != '<') refuse("'" + field.name + "' is followed by neither ':' nor '{'");
        read_value(field, level);
        add(into, std::move(field));
    }

    void read_list(std::vector<TextField> &into, const TextField &named, std::size_t level)
    {
        ++at_;
        if (peek() == ']') return static_cast<void>(++at_);
        while (true) {
            TextField field = named;
            read_value(field, level);
            add(into, std::move(field));
            const char next = peek();
            if (next != ',' && next != ']') refuse("the list of '" + named.name + "' is not closed");
            ++at_;
            if (next == ']') return;
        }
    }

    void read_value(TextField &field, std::size_t level)
    {
        const char next = peek();
        field.line = line_;
        if (next == '{' || next == '<') {
            ++at_;
            field.message = true;
            field.fields = fields(next == '{' ? '}' : '>', level + 1);
            ++at_;
        } else if (next == '"' || next == '\'') {
            field.quoted = true;
            for (char quote = next; quote == '"' || quote == '\''; quote = peek()) field.value += part(quote);
        } else {
            field.value = word();
            if (field.value.empty()) refuse("'" + field.name + "' has no value");
        }
    }

    // One string in quotes.
    std::string part(char quote)
    {
        std::string value;
        for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
            if (text_[at_] == '\n' || text_[at_] == '\0') break;
            value += text_[at_] == '\\' ? escape() : text_[at_];
        }
        if (at_ >= text_.size() || text_[at_] != quote) refuse("a string is not closed");
        ++at_;
        return value;
    }

    // Leaves the place on the escape's last character.
    char escape()
    {
        static const char letters[] = "abfnrtv\\'\"?", values[] = "\a\b\f\n\r\t\v\\'\"?";
        if (++at_ >= text_.size()) refuse("a string is not closed");
        const char c = text_[at_];
        const bool hexadecimal = c == 'x' || c == 'X';
        if (!hexadecimal && !(c >= '0' && c <= '7')) {
            const char *known = c ? std::strchr(letters, c) : nullptr;
            if (!known) refuse(std::string("there is no escape '\\") + c + "' in strings");
            return values[known - letters];
        }
        const char *digits = hexadecimal ? "0123456789abcdefABCDEF" : "01234567";
        const std::size_t start = at_ + hexadecimal;
        std::size_t end = start;
        while (end < text_.size() && end < start + (hexadecimal ? 2 : 3) && text_[end] &&
               std::strchr(digits, text_[end]))
            ++end;
        if (end == start) refuse("an escape '\\x' in a string has no digits");
        at_ = end - 1;
        return static_cast<char>(std::stoi(text_.substr(start, end - start), nullptr, hexadecimal ? 16 : 8));
    }

    void add(std::vector<TextField> &into, TextField &&field)
    {
        if (++count_ > most_fields) refuse("there are more than " + std::to_string(most_fields) + " fields");
        into.push_back(std::move(field));
    }

    const std::string &text_, &file_;
    std::size_t at_ = 0, line_ = 1, count_ = 0;
};

} // namespace

std::vector<TextField> parse_text_format(const std::string &text, const std::string &file)
{
    return Parser(text, file).fields('\0', 0);
}

} // namespace tradewind
