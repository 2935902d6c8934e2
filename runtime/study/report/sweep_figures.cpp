// SPDX-License-Identifier: Apache-2.0
// Figures of one thing that changes: picture size, number of proposals, output stride.
#include "study/report/comparison.h"
#include "study/report/drawing.h"
#include "study/report/markup.h"
#include "study/report/table.h"

#include <algorithm>
#include <cmath>

namespace tradewind::reporting {
namespace {

using Value = std::optional<double> (*)(const Entry &);

std::optional<double> time_of(const Entry &entry) { return entry.time.median; }
std::optional<double> ap_of(const Entry &entry) { return entry.ap; }

// One line for each series, for those that have the value.
void add_lines(Chart &chart, const std::vector<std::vector<const Entry *>> &all, Field field, Value value,
               const std::string &kind)
{
    for (const auto &series : all) {
        Line line;
        line.colour = series.front()->colour;
        line.shape = series.front()->shape;
        line.kind = kind;
        for (const Entry *entry : series) {
            const auto y = value(*entry);
            if (!y) continue;
            const auto x = static_cast<double>(value_of(*entry, field));
            line.points.emplace_back(x, *y);
            chart.marks.push_back(mark_of(*entry, x, *y, false));
            chart.marks.back().faded = false;
        }
        if (line.points.size() > 1) chart.lines.push_back(line);
    }
}

struct Scale {
    Start x = Start::zero;
    bool y_may_be_logarithmic = false;
};

// Draws it, and keeps its marks for the legend that all charts of the figure share.
std::string swept(std::vector<Mark> &all, Chart chart, const std::string &x, const std::string &y, Scale scale)
{
    chart.x = axis_around(x, xs_of(chart.marks), scale.x, false);
    chart.y = axis_around(y, ys_of(chart.marks), Start::zero, scale.y_may_be_logarithmic);
    all.insert(all.end(), chart.marks.begin(), chart.marks.end());
    return element("div", "", drawn(chart)) + "\n";
}

// Small against large objects, from the smaller to the larger picture.
Chart small_against_large(const std::vector<std::vector<const Entry *>> &all)
{
    Chart chart;
    chart.id = "picture-size-accuracy";
    for (const auto &series : all) {
        Line line;
        line.colour = series.front()->colour;
        line.shape = series.front()->shape;
        line.kind = "arrow";
        for (const Entry *entry : series) {
            const auto small = entry->accuracy("APs"), large = entry->accuracy("APl");
            if (!small || !large) continue;
            line.points.emplace_back(*small, *large);
            chart.marks.push_back(mark_of(*entry, *small, *large, false));
            chart.marks.back().faded = false;
            chart.marks.back().text += "\nsmall objects " + number(*small) + " %, large " + number(*large) + " %";
        }
        if (line.points.size() > 1) chart.lines.push_back(line);
    }
    return chart;
}

} // namespace

Figure effect_of_picture_size(const Material &material)
{
    Figure figure{"figure-5", "Effect of the picture size", "", false};
    const auto all = series(material.entries, Field::size);
    if (all.empty()) {
        figure.body = sentence("No detector was measured at two picture sizes.");
        return figure;
    }
    Chart accuracy = small_against_large(all), time;
    std::string charts;
    std::vector<Mark> marks;
    const bool has_accuracy = !accuracy.marks.empty();
    if (has_accuracy) {
        accuracy.title = "Accuracy";
        charts += swept(marks, accuracy, "mAP on small objects, %", "mAP on large objects, %", {});
    }
    time.id = "picture-size-time";
    time.title = "Time";
    add_lines(time, all, Field::size, time_of, "");
    charts += swept(marks, time, "picture size, pixels (side, or shorter side)", "time of a picture, ms",
                    {Start::near_values, true});
    figure.drawn = true;
    figure.body = legend_of(material, marks, false) + element("div", " class=\"pair\"", charts) +
                  sentence(about_accuracy(material.entries) +
                           (has_accuracy ? "Arrows lead from the smaller to the larger picture."
                                         : "So accuracy on small against large objects is left out; time is shown."));
    return figure;
}

namespace {

// "R-FCN: 16 of 16 flat, ...", by meta-architecture.
std::string growth_in_words(const std::vector<std::vector<const Entry *>> &all)
{
    std::map<std::string, std::map<std::string, std::size_t>> counts;
    std::map<std::string, std::size_t> totals;
    for (const auto &series : all) {
        ++counts[series.front()->meta][growth_of(series, Field::proposals).word];
        ++totals[series.front()->meta];
    }
    std::string text;
    for (const auto &[meta, words] : counts) {
        text += (text.empty() ? "Time by proposals. " : " ") + meta + ":";
        const char *separator = " ";
        for (const auto &[word, count] : words) {
            text += separator + std::to_string(count) + " of " + std::to_string(totals[meta]) + " " + word;
            separator = ", ";
        }
        text += ".";
    }
    return text;
}

std::string growth_table(const std::vector<std::vector<const Entry *>> &all)
{
    std::vector<TableRow> rows;
    for (const auto &series : all) {
        const Entry &first = *series.front(), &last = *series.back();
        const Growth growth = growth_of(series, Field::proposals);
        rows.push_back(
            {{cell(last.name), cell(static_cast<double>(value_of(first, Field::proposals))), cell(first.time.median),
              cell(static_cast<double>(value_of(last, Field::proposals))), cell(last.time.median), cell(growth.ratio),
              cell(100 * growth.slope), cell(growth.explained), cell(growth.word)},
             false});
    }
    return sentence(growth_in_words(all)) +
           folded_table({"Detector", "Fewest\nproposals", "Time, ms", "Most\nproposals", "Time, ms", "Ratio of\ntimes",
                         "ms for 100\nmore", "R² of\na line", "Growth"},
                        rows) +
           sentence("Flat: the times at both ends are within 10 %. Linear: not flat, and a straight line explains 98 % "
                    "of the variance or more.",
                    "small");
}

bool of_meta(const Material &material, const PublishedPoint &point, const std::string &label)
{
    return std::any_of(material.catalogue.metas.begin(), material.catalogue.metas.end(),
                       [&](const NamedPart &part) { return part.id == point.meta && part.label == label; });
}

} // namespace

Figure effect_of_proposals(const Material &material)
{
    Figure figure{"figure-6", "Effect of the number of proposals", "", false};
    const auto all = series(material.entries, Field::proposals);
    if (all.empty()) {
        figure.body = sentence("No detector was measured with two numbers of proposals.");
        return figure;
    }
    std::map<std::size_t, std::vector<std::vector<const Entry *>>> by_meta;
    for (const auto &one : all) by_meta[one.front()->shape].push_back(one);
    std::string charts;
    std::vector<Mark> marks;
    bool has_accuracy = false;
    for (const auto &[shape, theirs] : by_meta) {
        const std::string id = "proposals-" + std::to_string(shape), name = theirs.front().front()->meta;
        Chart time, accuracy;
        time.id = id + "-time";
        time.title = name + ": time";
        add_lines(time, theirs, Field::proposals, time_of, "dotted");
        charts += swept(marks, time, "proposals", "time of a picture, ms", {});
        accuracy.id = id + "-accuracy";
        accuracy.title = name + ": accuracy";
        add_lines(accuracy, theirs, Field::proposals, ap_of, "");
        if (accuracy.marks.empty()) continue;
        add_published(
            accuracy.marks, material,
            [&](const PublishedPoint &point) {
                return of_meta(material, point, name) ? point.proposals : std::nullopt;
            },
            [](const PublishedPoint &point) {
                const auto found = point.accuracy.find("AP");
                return found == point.accuracy.end() ? std::nullopt : std::optional(found->second);
            });
        has_accuracy = true;
        charts += swept(marks, accuracy, "proposals", "mAP, %", {});
    }
    figure.drawn = true;
    figure.body = legend_of(material, marks, false) + element("div", " class=\"pair\"", charts) +
                  sentence(about_accuracy(material.entries) +
                           (has_accuracy ? "" : "So accuracy by proposals is left out; time is shown.")) +
                  growth_table(all);
    return figure;
}

namespace {

Cell interval_cell(double ratio, double low, double high)
{
    const bool known = std::isfinite(low) && std::isfinite(high) && low > 0;
    return {number(ratio) + (known ? " (" + number(low) + " to " + number(high) + ")" : ""), ratio};
}

std::optional<double> ratio(std::optional<double> top, std::optional<double> bottom)
{
    if (!top || !bottom || *bottom <= 0) return {};
    return *top / *bottom;
}

TableRow ratio_row(const Entry &top, const Entry &bottom, const Pair &pair, Field field)
{
    std::string differing;
    for (const auto &key : pair.differing) differing += (differing.empty() ? "" : ", ") + key;
    const auto accuracy = top.ap && bottom.ap ? std::optional(*top.ap - *bottom.ap) : std::nullopt;
    return {{cell(bottom.name), cell(static_cast<double>(value_of(bottom, field))),
             cell(static_cast<double>(value_of(top, field))),
             interval_cell(top.time.median / bottom.time.median, top.time.low / bottom.time.high,
                           top.time.high / bottom.time.low),
             cell(ratio(top.giga_multiply_adds, bottom.giga_multiply_adds)),
             cell(ratio(top.megabytes, bottom.megabytes)), cell(accuracy), cell(differing)},
            false};
}

// The geometric mean: of ratios, it does not depend on which way they are taken.
double mean_ratio(const std::vector<std::pair<const Entry *, const Entry *>> &all)
{
    double sum = 0;
    for (const auto &[top, bottom] : all) sum += std::log(top->time.median / bottom->time.median);
    return std::exp(sum / static_cast<double>(all.size()));
}

Figure ratios(Figure figure, const Material &material, Field field, bool larger_on_top, const std::string &what)
{
    std::vector<TableRow> rows;
    std::vector<std::pair<const Entry *, const Entry *>> all;
    for (const Pair &pair : pairs(material.entries, field)) {
        const Entry *top = larger_on_top ? pair.larger : pair.smaller,
                    *bottom = larger_on_top ? pair.smaller : pair.larger;
        rows.push_back(ratio_row(*top, *bottom, pair, field));
        all.emplace_back(top, bottom);
    }
    figure.drawn = !rows.empty();
    if (!figure.drawn) {
        figure.body = sentence("No detector was measured with two of them.");
        return figure;
    }
    figure.body = sentence("On average (geometric mean of " + std::to_string(all.size()) +
                           (all.size() == 1 ? " pair) " : " pairs) ") + what + " takes " + number(mean_ratio(all)) +
                           " times as long. Ratios are with their 95 % interval, taken from the ends of both "
                           "medians’ intervals.") +
                  folded_table({"Detector", "From", "To", "Time, ratio", "Multiply-adds,\nratio", "Memory,\nratio",
                                "mAP,\ndifference", "Settings that differ too"},
                               rows);
    return figure;
}

} // namespace

Figure ratios_by_stride(const Material &material)
{
    return ratios({"strides", "Fine against coarse output stride", "", false}, material, Field::output_stride, false,
                  "the smaller stride");
}

Figure ratios_by_picture_size(const Material &material)
{
    return ratios({"resolutions", "High against low resolution", "", false}, material, Field::size, true,
                  "the larger picture");
}

} // namespace tradewind::reporting
