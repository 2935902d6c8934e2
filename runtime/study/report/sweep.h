// SPDX-License-Identifier: Apache-2.0
// Lines over one thing that changes.
#pragma once

#include "study/report/comparison.h"
#include "study/report/drawing.h"

namespace tradewind::reporting {

using EntryNumber = std::function<std::optional<double>(const Entry &)>;

// One line for each series, for those that have the numbers. `kind` as of Line.
void add_lines(Chart &chart, const std::vector<std::vector<const Entry *>> &all, const EntryNumber &x,
               const EntryNumber &y, const std::string &kind);

struct Scale {
    Start x = Start::zero;
    bool y_may_be_logarithmic = false;
};

// Draws it, and keeps its marks for the legend that all charts of the figure share.
std::string swept(std::vector<Mark> &all, Chart chart, const AxisNames &names, Scale scale);

} // namespace tradewind::reporting
