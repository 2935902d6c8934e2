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

// A cost over time; nothing is better for being dominated in accuracy, so nothing is faded.
struct CostChart {
    const char *id, *axis, *what;      // `what`: that a result may not say
    const char *nothing, *explanation; // sentences
    std::optional<double> Entry::*cost;
};

Figure cost_against_time(Figure figure, const Material &material, const CostChart &of)
{
    Chart chart;
    chart.id = of.id;
    for (const Entry &entry : material.entries.measured)
        if (entry.*of.cost) chart.marks.push_back(mark_of(entry, entry.time.median, *(entry.*of.cost), true));
    for (Mark &mark : chart.marks) mark.faded = false;
    figure.drawn = !chart.marks.empty();
    figure.body =
        figure.drawn
            ? scatter(material, chart, {time_label, of.axis}, Start::zero, true) +
                  sentence(of.explanation + without(material.entries.measured.size() - chart.marks.size(), of.what))
            : sentence(of.nothing);
    return figure;
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
    return cost_against_time({"figure-8", "Time against multiply-adds", "", false}, material,
                             {"multiply-adds", "multiply-adds, billions", "multiply-adds",
                              "No result says how many multiply-adds its network needs.",
                              "Detectors on one rising line do the same work in a millisecond; those above it do more.",
                              &Entry::giga_multiply_adds});
}

Figure memory_against_time(const Material &material)
{
    return cost_against_time(
        {"figure-9", "Memory against time", "", false}, material,
        {"memory", "peak memory of the process, MB", "memory", "No result says how much memory it took.",
         "The paper shows the sum of all allocations; this is the most that was held at a time.", &Entry::megabytes});
}

} // namespace tradewind::reporting
