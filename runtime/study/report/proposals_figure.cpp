// SPDX-License-Identifier: Apache-2.0
// What the number of proposals changes.
#include "study/report/markup.h"
#include "study/report/names.h"
#include "study/report/sweep.h"
#include "study/report/table.h"

#include <algorithm>

namespace tradewind::reporting {
namespace {

using AllSeries = std::vector<std::vector<const Entry *>>;

// "NAME: 16 of 16 flat.", by meta-architecture.
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
        rows.push_back({{cell(name_without(last, Field::proposals)),
                         cell(static_cast<double>(value_of(first, Field::proposals))), cell(first.time.median),
                         cell(static_cast<double>(value_of(last, Field::proposals))), cell(last.time.median),
                         cell(growth.ratio), cell(100 * growth.slope), cell(growth.explained), cell(growth.word)},
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

std::optional<double> proposals_of(const Entry &entry) { return value_of(entry, Field::proposals); }

void add_published_of(Chart &chart, const Material &material, const std::string &meta)
{
    const auto &metas = material.catalogue.metas;
    const auto is_this = [&](const std::string &id) {
        return std::any_of(metas.begin(), metas.end(),
                           [&](const NamedPart &part) { return part.id == id && part.label == meta; });
    };
    add_published(
        chart.marks, material,
        [&](const PublishedPoint &point) { return is_this(point.meta) ? point.proposals : std::nullopt; },
        [](const PublishedPoint &point) { return point.number("AP"); });
}

struct Charts {
    std::string text;
    std::vector<Mark> marks;
    bool has_accuracy = false;
};

void add_meta(Charts &charts, const Material &material, const AllSeries &theirs)
{
    const Entry &first = *theirs.front().front();
    const std::string id = "proposals-" + std::to_string(first.shape);
    Chart time, accuracy;
    time.id = id + "-time";
    time.title = first.meta + ": time";
    add_lines(
        time, theirs, proposals_of, [](const Entry &entry) { return entry.time.median; }, "dotted");
    charts.text += swept(charts.marks, time, {"proposals", time_label}, {});
    accuracy.id = id + "-accuracy";
    accuracy.title = first.meta + ": accuracy";
    add_lines(
        accuracy, theirs, proposals_of, [](const Entry &entry) { return entry.ap; }, "");
    if (accuracy.marks.empty()) return;
    charts.has_accuracy = true;
    add_published_of(accuracy, material, first.meta);
    charts.text += swept(charts.marks, accuracy, {"proposals", accuracy_label}, {});
}

} // namespace

Figure effect_of_proposals(const Material &material)
{
    Figure figure{"figure-6", "Effect of the number of proposals", "", false};
    const AllSeries all = series(material.entries, Field::proposals);
    if (all.empty()) {
        figure.body = sentence("No detector was measured with two numbers of proposals.");
        return figure;
    }
    std::map<std::size_t, AllSeries> by_meta;
    for (const auto &one : all) by_meta[one.front()->shape].push_back(one);
    Charts charts;
    for (const auto &[shape, theirs] : by_meta) add_meta(charts, material, theirs);
    figure.drawn = true;
    figure.body = legend_of(material, charts.marks, false) + element("div", " class=\"pair\"", charts.text) +
                  sentence(about_accuracy(material.entries) +
                           (charts.has_accuracy ? "" : "So accuracy by proposals is left out; time is shown.")) +
                  growth_table(all);
    return figure;
}

} // namespace tradewind::reporting
