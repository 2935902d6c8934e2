// SPDX-License-Identifier: Apache-2.0
// Lines over one thing that changes.
#include "study/report/sweep.h"

#include "study/report/markup.h"

namespace tradewind::reporting {

void add_lines(Chart &chart, const std::vector<std::vector<const Entry *>> &all, const EntryNumber &x,
               const EntryNumber &y, const std::string &kind)
{
    for (const auto &series : all) {
        Line line;
        line.colour = series.front()->colour;
        line.shape = series.front()->shape;
        line.kind = kind;
        for (const Entry *entry : series) {
            const auto across = x(*entry), up = y(*entry);
            if (!across || !up) continue;
            line.points.emplace_back(*across, *up);
            chart.marks.push_back(mark_of(*entry, *across, *up, false));
            chart.marks.back().faded = false;
        }
        if (line.points.size() > 1) chart.lines.push_back(line);
    }
}

std::string swept(std::vector<Mark> &all, Chart chart, const AxisNames &names, Scale scale)
{
    chart.x = axis_around(names.x, xs_of(chart.marks), scale.x, false);
    chart.y = axis_around(names.y, ys_of(chart.marks), Start::zero, scale.y_may_be_logarithmic);
    all.insert(all.end(), chart.marks.begin(), chart.marks.end());
    return element("div", "", drawn(chart)) + "\n";
}

} // namespace tradewind::reporting
