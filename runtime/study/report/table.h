// SPDX-License-Identifier: Apache-2.0
// Tables that can be sorted.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tradewind::reporting {

struct Cell {
    std::string text;            // plain
    std::optional<double> value; // of numbers, by which the column is sorted
};

struct TableRow {
    std::vector<Cell> cells;
    bool faded = false;
};

// Column heads may have a second line after '\n'. Every row has a cell for each; columns without any text are left out.
std::string drawn_table(const std::vector<std::string> &heads, const std::vector<TableRow> &rows);

// The same, folded behind a line that counts the rows where they are many.
std::string folded_table(const std::vector<std::string> &heads, const std::vector<TableRow> &rows);

Cell cell(const std::string &text);
Cell cell(std::optional<double> value); // "–" where there is none

} // namespace tradewind::reporting
