// SPDX-License-Identifier: Apache-2.0
// Colours, progress, tables.
#include "cli/terminal.h"

#include "cli/signals.h"
#include "tensor/clock.h"
#include "tensor/error.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace tradewind::cli {
namespace {

double now() { return milliseconds_now() / 1000; }

std::string cell(const std::string &text, std::size_t columns)
{
    const std::string space(columns - std::min(columns, columns_of(text)), ' ');
    return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) ? space + text : text + space;
}

} // namespace

std::string printable(const std::string &text)
{
    std::string result;
    const auto escape = [&](unsigned char byte) {
        char digits[8];
        std::snprintf(digits, sizeof digits, "\\x%02x", byte);
        result += digits;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto value = static_cast<unsigned char>(text[i]), next = static_cast<unsigned char>(text[i + 1]);
        if (value == '\n')
            result += "\\n";
        else if (value < 0x20 || value == 0x7F)
            escape(value);
        else if (value == 0xC2 && next >= 0x80 && next < 0xA0) { // C1 controls
            escape(value);
            escape(static_cast<unsigned char>(text[++i]));
        } else
            result += text[i];
    }
    return result;
}

void print(const std::string &text)
{
    if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return;
    if (reader_has_left()) throw ReaderHasLeft{};
    stop_if_asked(); // a signal ends a write that waits
    throw Error(ErrorCode::failed, "standard output cannot be written");
}

void warn(const std::string &text) { std::fprintf(stderr, "tradewind: %s\n", printable(text).c_str()); }

Colour parse_colour(const std::string &text)
{
    if (text == "auto") return Colour::automatic;
    if (text == "always") return Colour::always;
    if (text == "never") return Colour::never;
    throw Error(ErrorCode::usage, "--color is '" + text + "', but may be auto, always or never");
}

bool colours_on(Colour wish)
{
    if (wish != Colour::automatic) return wish == Colour::always;
    const char *none = std::getenv("NO_COLOR"), *force = std::getenv("CLICOLOR_FORCE"), *term = std::getenv("TERM");
    if (none && *none) return false;
    if (force && *force && *force != '0') return true;
    return isatty(STDOUT_FILENO) && term && std::string(term) != "dumb";
}

Progress::Progress(std::size_t total, bool quiet)
    : total_(total), shown_(!quiet && total != 1 && isatty(STDERR_FILENO)), start_(now())
{
}

Progress::~Progress()
{
    if (shown_ && last_ > 0) std::fputs("\r\x1b[K", stderr);
}

void Progress::step(std::size_t done, std::size_t failed)
{
    const double time = now();
    if (!shown_ || time - last_ < 0.1) return;
    last_ = time;
    const std::string of = total_ ? "/" + std::to_string(total_) : "";
    std::fprintf(stderr, "\r%zu%s pictures, %.0f a second, %zu failed\x1b[K", done, of.c_str(),
                 static_cast<double>(done) / std::max(time - start_, 1e-3), failed);
}

std::size_t columns_of(const std::string &text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; })); // not continuation bytes
}

std::string table_row(const std::vector<std::string> &cells, const std::vector<std::size_t> &widths)
{
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) line += (i ? "  " : "") + cell(cells[i], widths[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

std::string table(const std::vector<std::string> &header, const std::vector<std::vector<std::string>> &rows,
                  bool coloured)
{
    std::vector<std::size_t> widths;
    for (const auto &title : header) widths.push_back(columns_of(title));
    for (const auto &row : rows)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns_of(row[i]));
    std::string text = (coloured ? "\x1b[1m" : "") + table_row(header, widths) + (coloured ? "\x1b[0m" : "") + "\n";
    for (const auto &row : rows) text += table_row(row, widths) + "\n";
    return text;
}

} // namespace tradewind::cli
