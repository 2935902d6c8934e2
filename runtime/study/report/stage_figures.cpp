// SPDX-License-Identifier: Apache-2.0
// Where time goes, and how many pictures a second there are.
#include "study/report/drawing.h"
#include "study/report/markup.h"
#include "study/report/selection.h"

#include <algorithm>

namespace tradewind::reporting {
namespace {

std::string interval(const TimeSummary &time)
{
    return time.low > 0 && time.high > 0 ? " (95 %: " + number(time.low) + " to " + number(time.high) + ")" : "";
}

Row stages_of(const Entry &entry)
{
    Row row;
    row.name = entry.name;
    row.value = number(entry.time.median) + " ms";
    double sum = 0;
    std::vector<double> values;
    for (const std::string &stage : stage_names()) {
        const auto found = entry.result->time.find(stage);
        values.push_back(found == entry.result->time.end() ? 0 : std::max(0.0, found->second.median));
        sum += values.back();
    }
    if (sum <= 0) return row;
    values.push_back(std::max(0.0, entry.time.median - sum));
    const double whole = std::max(sum, entry.time.median);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::string stage = i < stage_names().size() ? stage_names()[i] : "other";
        if (values[i] > 0)
            row.parts.push_back({100 * values[i] / whole, "stage" + std::to_string(i),
                                 entry.name + "\n" + stage + ": " + number(values[i]) + " ms, " +
                                     number(100 * values[i] / whole) + " %"});
    }
    return row;
}

std::string stage_legend()
{
    std::string items;
    for (std::size_t i = 0; i <= stage_names().size(); ++i)
        items += element("li", " data-class=\"stage" + std::to_string(i) + "\"",
                         "<svg class=\"swatch\" viewBox=\"-8 -8 16 16\" aria-hidden=\"true\"><rect class=\"bar stage" +
                             std::to_string(i) + "\" x=\"-6\" y=\"-6\" width=\"12\" height=\"12\"/></svg>" +
                             element("span", "", i < stage_names().size() ? escaped(stage_names()[i]) : "other"));
    return element("ul", " class=\"legend\"", items) + "\n";
}

} // namespace

Figure time_by_stage(const Material &material)
{
    Figure figure{"stages", "Time by stage", "", false};
    std::vector<const Entry *> entries = with_most_proposals(all_of(material.entries));
    const std::string left_out = limited(entries);
    RowChart chart;
    std::size_t missing = 0;
    for (const Entry *entry : entries)
        if (Row row = stages_of(*entry); !row.parts.empty())
            chart.rows.push_back(row);
        else
            ++missing;
    chart.axis = axis_around("share of the time of a picture, %", {0, 100}, Start::zero, false);
    figure.drawn = !chart.rows.empty();
    if (figure.drawn)
        figure.body = stage_legend() + drawn(chart) +
                      sentence("Medians; with the most proposals that were measured." + left_out +
                               (missing ? " " + std::to_string(missing) + " more do not say." : ""));
    else
        figure.body = sentence("No result says how its time is divided between stages.");
    return figure;
}

Figure throughput(const Material &material)
{
    Figure figure{"throughput", "Throughput", "", false};
    std::vector<const Entry *> entries;
    for (const Entry *entry : with_most_proposals(all_of(material.entries)))
        if (entry->result->pictures_per_second > 0) entries.push_back(entry);
    const std::string left_out = limited(entries);
    RowChart chart;
    chart.style = RowStyle::points;
    std::vector<double> values;
    for (const Entry *entry : entries) {
        Row row = row_of(*entry);
        const double rate = entry->result->pictures_per_second;
        row.value = number(rate) + " /s";
        row.parts = {{rate, row.kind,
                      entry->name + "\n" + number(rate) + " pictures a second\n" + number(entry->time.median) +
                          " ms each" + interval(entry->time)}};
        values.push_back(rate);
        chart.rows.push_back(row);
    }
    chart.axis = axis_around("pictures a second, all streams together", values, Start::zero, true);
    figure.drawn = !chart.rows.empty();
    figure.body = figure.drawn
                      ? drawn(chart) + sentence("Measured, not computed from the time of a picture." + left_out)
                      : sentence("No result says how many pictures a second were done.");
    return figure;
}

} // namespace tradewind::reporting
