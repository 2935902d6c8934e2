// SPDX-License-Identifier: Apache-2.0
// What people see: colours, progress, tables.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

namespace tradewind::cli {

// Control characters and newlines become visible escapes, so that a file name cannot draw on the terminal.
std::string printable(const std::string &text);

// As printf does; up to 159 bytes.
template <class... Values> std::string formatted(const char *format, Values... values)
{
    char text[160];
    std::snprintf(text, sizeof text, format, values...);
    return text;
}

// "1 value", "2 values".
inline std::string counted(std::size_t count, const std::string &one, const std::string &several)
{
    return std::to_string(count) + " " + (count == 1 ? one : several);
}

// Writes to standard output. Throws ReaderHasLeft when nobody reads it, Error(failed) when it cannot be written.
void print(const std::string &text);

// Standard error.
void warn(const std::string &text);

enum class Colour { automatic, always, never };
Colour parse_colour(const std::string &text); // throws Error(usage)
bool colours_on(Colour wish);                 // NO_COLOR, TERM=dumb and whether standard output is a terminal

// One line on standard error that is drawn over, at most ten times a second; nothing when that is no terminal or quiet.
class Progress {
public:
    Progress(std::size_t total, bool quiet); // total: 0 when it is not known
    ~Progress();
    void step(std::size_t done, std::size_t failed);

private:
    std::size_t total_;
    bool shown_;
    double last_ = 0, start_ = 0;
};

// Columns on a terminal that a UTF-8 text takes.
std::size_t columns_of(const std::string &text);

// One line of a table, cells padded to these widths; numbers (cells that begin with a digit) to the right. Without a
// newline.
std::string table_row(const std::vector<std::string> &cells, const std::vector<std::size_t> &widths);

// Columns aligned by their widest cell.
std::string table(const std::vector<std::string> &header, const std::vector<std::vector<std::string>> &rows,
                  bool coloured);

} // namespace tradewind::cli
