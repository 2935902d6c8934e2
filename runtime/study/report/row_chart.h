// SPDX-License-Identifier: Apache-2.0
// Charts with one named row for each thing: bars in parts or side by side, or points with their intervals.
#pragma once

#include "study/report/chart.h"

namespace tradewind::reporting {

struct Part {
    double value = 0;
    std::string kind; // classes: "c1 s0", "stage3"
    std::string text; // what it is, with its number
};

struct Row {
    std::string name;  // at the left
    std::string value; // at the right; "" for none
    std::string kind;  // classes of the row's series
    std::vector<Part> parts;
    std::optional<double> low, high; // of points
    std::size_t shape = 0;           // of points
};

enum class RowStyle {
    stacked, // parts one after the other
    grouped, // parts below each other
    points,  // the first part is a point
};

struct RowChart {
    std::string title;
    Axis axis; // linear from 0 for bars
    RowStyle style = RowStyle::stacked;
    std::vector<Row> rows;
};

std::string drawn(const RowChart &chart);

} // namespace tradewind::reporting
