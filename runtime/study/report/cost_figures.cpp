// SPDX-License-Identifier: Apache-2.0
// Figures of cost: time, multiply-adds, memory. They need no accuracy.
#include "study/report/drawing.h"
#include "study/report/markup.h"
#include "study/report/selection.h"

#include <algorithm>

namespace tradewind::reporting {
namespace {

std::string without(std::size_t count, const std::string &what)
{
    if (count == 0) return "";
    return " " + std::to_string(count) + (count == 1 ? " result has no " : " results have no ") + what + ".";
}

} // namespace

Figure time_of_each(const Material &material)
{
    Figure figure{"figure-7", "Time of each detector", "", false};
    std::vector<const Entry *> entries = with_most_proposals(at_one_size(material.entries));
    const std::string left_out = limited(entries);
    RowChart chart;
    chart.style = RowStyle::points;
    std::vector<double> values;
    for (const Entry *entry : entries) {
        Row row = row_of(*entry);
        row.parts = {{entry->time.median, row.kind, text_of(*entry)}};
        row.value = number(entry->time.median) + " ms";
        values.push_back(entry->time.median);
        if (entry->time.low > 0 && entry->time.high > 0) {
            row.low = entry->time.low;
            row.high = entry->time.high;
            values.insert(values.end(), {*row.low, *row.high});
        }
        chart.rows.push_back(row);
    }
    chart.axis = axis_around("time of a picture, ms: the median and its 95 % interval", values, Start::zero, true);
    figure.drawn = !chart.rows.empty();
    figure.body =
        figure.drawn
            ? drawn(chart) +
                  sentence("At the picture size that most detectors were measured at, with the most proposals that "
                           "were measured." +
                           left_out)
            : sentence("No time was measured.");
    return figure;
}

Figure time_against_multiply_adds(const Material &material)
{
    Figure figure{"figure-8", "Time against multiply-adds", "", false};
    Chart chart;
    chart.id = "multiply-adds";
    for (const Entry &entry : material.entries.measured)
        if (entry.giga_multiply_adds)
            chart.marks.push_back(mark_of(entry, entry.time.median, *entry.giga_multiply_adds, true));
    for (Mark &mark : chart.marks) mark.faded = false;
    figure.drawn = !chart.marks.empty();
    if (!figure.drawn) {
        figure.body = sentence("No result says how many multiply-adds its network needs.");
        return figure;
    }
    figure.body = scatter(material, chart, {time_label, "multiply-adds, billions"}, Start::zero, true) +
                  sentence("Detectors on one rising line do the same work in a millisecond; those above it do more." +
                           without(material.entries.measured.size() - chart.marks.size(), "multiply-adds"));
    return figure;
}

Figure memory_against_time(const Material &material)
{
    Figure figure{"figure-9", "Memory against time", "", false};
    Chart chart;
    chart.id = "memory";
    for (const Entry &entry : material.entries.measured)
        if (entry.megabytes) chart.marks.push_back(mark_of(entry, entry.time.median, *entry.megabytes, true));
    for (Mark &mark : chart.marks) mark.faded = false;
    figure.drawn = !chart.marks.empty();
    if (!figure.drawn) {
        figure.body = sentence("No result says how much memory it took.");
        return figure;
    }
    figure.body = scatter(material, chart, {time_label, "peak memory of the process, MB"}, Start::zero, true) +
                  sentence("The paper shows the sum of all allocations; this is the most that was held at a time." +
                           without(material.entries.measured.size() - chart.marks.size(), "memory"));
    return figure;
}

} // namespace tradewind::reporting
