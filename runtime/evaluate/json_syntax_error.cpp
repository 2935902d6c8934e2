// SPDX-License-Identifier: Apache-2.0
// The sentences.
#include "evaluate/json_syntax_error.h"

#include <algorithm>
#include <string_view>

namespace tradewind {
namespace {

constexpr int number_too_large = 406;

std::string line_and_column(std::string_view text, std::size_t index)
{
    const std::string_view before = text.substr(0, index);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const std::size_t start = before.rfind('\n');
    return "line " + std::to_string(line) + ", column " +
           std::to_string(start == std::string_view::npos ? index + 1 : index - start);
}

// Python's json module writes these, though JSON does not have them.
std::string not_finite(std::string_view text, std::size_t index)
{
    for (const char *word : {"NaN", "Infinity"})
        if (text.substr(index).starts_with(word)) return word;
    return {};
}

} // namespace

std::string describe_json_error(std::span<const std::byte> bytes, std::size_t position, int id, const std::string &what,
                                const std::string &form)
{
    const std::string_view text(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    const std::size_t index = std::min(position ? position - 1 : 0, text.size());
    const std::string place = line_and_column(text, index);
    if (const std::string word = not_finite(text, index); !word.empty())
        return word + " is no number: boxes, areas and scores are finite; leave the entry out or correct it (" + place +
               ")";
    if (id == number_too_large) return "a number is too large (" + place + ")";
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return "there is nothing in the file; " + what + " are " + form;
    if (position > text.size()) return "the file ends too early: it is cut off (" + place + ")";
    if (text[index] == '\0') return "a zero byte, which JSON does not have: the file is damaged (" + place + ")";
    return "this is no JSON (" + place + "); " + what + " are " + form;
}

} // namespace tradewind
