// SPDX-License-Identifier: Apache-2.0
// Figures of cost: time, multiply-adds, memory, stages, throughput. They need no accuracy.
#include "study/report/drawing.h"
#include "study/report/markup.h"

#include <algorithm>

namespace tradewind::reporting {
namespace {

constexpr std::size_t most_rows = 60;

// Says what was left out where rows would be too many to read.
std::string limited(std::vector<const Entry *> &entries)
{
    if (entries.size() <= most_rows) return "";
    const std::size_t all = entries.size();
    entries.resize(most_rows);
    return " The first " + std::to_string(most_rows) + " of " + std::to_string(all) +
           "; the others are in the table of all results.";
}

std::string interval(const TimeSummary &time)
{
    return time.low > 0 && time.high > 0 ? " (95 %: " + number(time.low) + " to " + number(time.high) + ")" : "";
}

Row row_of(const Entry &entry)
{
    Row row;
    row.name = entry.name;
    row.kind = series_class(entry.colour, entry.shape);
    row.shape = entry.shape;
    return row;
}

std::string without(std::size_t count, const std::string &what)
{
    if (count == 0) return "";
    return " " + std::to_string(count) + (count == 1 ? " result has no " : " results have no ") + what + ".";
}

} // namespace

Figure time_of_each(const Material &material)
{
    Figure figure{"figure-7", "Time of each detector", "", false};
    std::vector<const Entry *> entries = with_most_proposals(at_lowest_size(material.entries));
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
    figure.body = figure.drawn ? drawn(chart) + sentence("At the smallest picture size, with the most proposals that "
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
    chart.x = axis_around("time of a picture, ms", xs_of(chart.marks), Start::zero, true);
    chart.y = axis_around("multiply-adds, billions", ys_of(chart.marks), Start::zero, true);
    figure.body = legend_of(material, chart.marks, false) + drawn(chart) +
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
    chart.x = axis_around("time of a picture, ms", xs_of(chart.marks), Start::zero, true);
    chart.y = axis_around("peak memory of the process, MB", ys_of(chart.marks), Start::zero, true);
    figure.body = legend_of(material, chart.marks, false) + drawn(chart) +
                  sentence("The paper shows the sum of all allocations; this is the most that was held at a time." +
                           without(material.entries.measured.size() - chart.marks.size(), "memory"));
    return figure;
}

namespace {

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
                               without(missing, "times of stages"));
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
