// SPDX-License-Identifier: Apache-2.0
// Figures of accuracy: against time, against the classifier, by object size, by overlap of boxes.
#include "study/report/drawing.h"
#include "study/report/frontier.h"
#include "study/report/markup.h"

#include <algorithm>

namespace tradewind::reporting {
namespace {

const char *const time_label = "time of a picture, ms", *const accuracy_label = "mAP, %";

std::optional<double> published(const PublishedPoint &point, const char *name)
{
    const auto found = point.accuracy.find(name);
    return found == point.accuracy.end() ? std::nullopt : std::optional(found->second);
}

std::optional<double> published_ap(const PublishedPoint &point) { return published(point, "AP"); }

// Steps: from each point on, its accuracy is the best until the next.
std::vector<Line> frontier_lines(const Entries &entries)
{
    std::vector<Line> lines(entries.environments.size());
    std::vector<std::vector<const Entry *>> on(lines.size());
    for (const Entry &entry : entries.measured)
        if (entry.on_frontier) on[entry.environment].push_back(&entry);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        std::sort(on[i].begin(), on[i].end(),
                  [](const Entry *a, const Entry *b) { return a->time.median < b->time.median; });
        lines[i].kind = "frontier";
        lines[i].of_series = false;
        for (const Entry *entry : on[i]) {
            if (!lines[i].points.empty())
                lines[i].points.emplace_back(entry->time.median, lines[i].points.back().second);
            lines[i].points.emplace_back(entry->time.median, *entry->ap);
        }
    }
    return lines;
}

std::string scatter(const Material &material, Chart chart, const std::string &x, const std::string &y, bool may_be_log)
{
    chart.x = axis_around(x, xs_of(chart.marks), Start::near_values, may_be_log);
    chart.y = axis_around(y, ys_of(chart.marks), Start::zero, false);
    const bool frontier = std::any_of(chart.lines.begin(), chart.lines.end(), [](const Line &line) {
        return line.kind == "frontier" && line.points.size() > 1;
    });
    return legend_of(material, chart.marks, frontier) + drawn(chart);
}

std::string frontier_in_words(const Entries &entries)
{
    constexpr std::size_t most_names = 8;
    std::string names;
    std::size_t count = 0;
    for (const Entry &entry : entries.measured)
        if (entry.on_frontier) names += (count++ ? "; " : "") + entry.name;
    const std::string where = entries.environments.size() > 1 ? ", each among those of its own machine and build" : "";
    return std::to_string(count) + (count == 1 ? " detector is" : " detectors are") +
           " on the frontier, where only a slower one is more accurate" + where +
           (count > most_names ? "; the others are grey in the table of all results. " : ": " + names + ". ");
}

} // namespace

Figure accuracy_against_time(const Material &material)
{
    Figure figure{"figure-2", "Accuracy against time", "", false};
    Chart chart;
    chart.id = "accuracy-time";
    for (const Entry &entry : material.entries.measured)
        if (entry.ap) chart.marks.push_back(mark_of(entry, entry.time.median, *entry.ap, true));
    const bool own = !chart.marks.empty();
    add_published(
        chart.marks, material, [](const PublishedPoint &point) { return point.time; }, published_ap);
    if (own) chart.lines = frontier_lines(material.entries);
    std::string words = own ? frontier_in_words(material.entries) : "";
    words += about_accuracy(material.entries);
    if (!own)
        words += "Accuracy against time, and with it the optimality frontier, is left out; times are in figure 7.";
    if (!own && !chart.marks.empty()) words += " Drawn are the published detectors alone.";
    figure.drawn = !chart.marks.empty();
    if (figure.drawn) figure.body = scatter(material, chart, time_label, accuracy_label, true);
    figure.body += sentence(words);
    return figure;
}

Figure accuracy_against_classifier(const Material &material)
{
    Figure figure{"figure-3", "Accuracy against the classifier", "", false};
    Chart chart;
    chart.id = "accuracy-classifier";
    std::size_t unknown = 0;
    for (const Entry *entry : at_lowest_size(material.entries)) {
        if (!entry->ap) continue;
        if (entry->top1)
            chart.marks.push_back(mark_of(*entry, *entry->top1, *entry->ap, false));
        else
            ++unknown;
    }
    const bool own = !chart.marks.empty();
    const auto top1 = [&](const PublishedPoint &point) -> std::optional<double> {
        for (const NamedPart &part : material.catalogue.extractors)
            if (part.id == point.extractor) return part.top1;
        return {};
    };
    add_published(chart.marks, material, top1, published_ap);
    figure.drawn = !chart.marks.empty();
    if (figure.drawn)
        figure.body = scatter(material, chart, "ImageNet top-1 of the extractor, %", accuracy_label, false);
    std::string words = about_accuracy(material.entries);
    if (!own)
        words += "There is nothing of ours to compare with the accuracy of the classifiers.";
    else
        words += "Detectors at the smallest picture size only; the classifiers’ accuracies are those of the paper’s "
                 "table 2.";
    if (unknown) words += " The classifier’s accuracy of " + std::to_string(unknown) + " more is not known.";
    figure.body += sentence(words);
    return figure;
}

namespace {

const std::vector<std::pair<const char *, const char *>> object_sizes = {
    {"APs", "small objects (below 32² pixels)"}, {"APm", "medium (to 96²)"}, {"APl", "large"}};

Row row_by_size(const Entry &entry)
{
    Row row;
    row.name = entry.name;
    row.kind = series_class(entry.colour, entry.shape);
    for (std::size_t i = 0; i < object_sizes.size(); ++i)
        if (const auto value = entry.accuracy(object_sizes[i].first)) {
            row.parts.push_back({*value, row.kind + " size" + std::to_string(i),
                                 entry.name + "\n" + object_sizes[i].second + ": mAP " + number(*value) + " %"});
            row.value += (row.value.empty() ? "" : " / ") + number(*value);
        }
    return row;
}

Row row_by_size(const PublishedPoint &point)
{
    Row row;
    row.name = "Published: " + point.label;
    row.kind = "plain hollow";
    for (std::size_t i = 0; i < object_sizes.size(); ++i)
        if (const auto value = published(point, object_sizes[i].first)) {
            row.parts.push_back(
                {*value, row.kind + " size" + std::to_string(i),
                 row.name + "\n" + object_sizes[i].second + ": mAP " + number(*value) + " %\n" + point.source});
            row.value += (row.value.empty() ? "" : " / ") + number(*value);
        }
    return row;
}

} // namespace

Figure accuracy_by_object_size(const Material &material)
{
    Figure figure{"figure-4", "Accuracy by object size", "", false};
    RowChart chart;
    chart.style = RowStyle::grouped;
    for (const Entry *entry : most_accurate_of_each_pair(at_lowest_size(material.entries)))
        if (Row row = row_by_size(*entry); !row.parts.empty()) chart.rows.push_back(row);
    const bool own = !chart.rows.empty();
    if (material.published)
        for (const PublishedPoint &point : material.catalogue.points)
            if (Row row = row_by_size(point); !row.parts.empty()) chart.rows.push_back(row);
    std::vector<double> values;
    for (const Row &row : chart.rows)
        for (const Part &part : row.parts) values.push_back(part.value);
    chart.axis = axis_around("mAP, %: small, medium and large objects from top to bottom", values, Start::zero, false);
    figure.drawn = !chart.rows.empty();
    if (figure.drawn) figure.body = drawn(chart);
    figure.body += sentence(about_accuracy(material.entries) +
                            (own ? "At the smallest picture size, the most accurate configuration of each pair."
                                 : "No accuracy of ours is split by the size of objects."));
    return figure;
}

Figure box_quality(const Material &material)
{
    Figure figure{"figure-10", "Box quality: accuracy by the overlap that counts", "", false};
    Chart chart;
    chart.id = "box-quality";
    for (const Entry *entry : most_accurate_of_each_pair(all_of(material.entries))) {
        Line line;
        line.colour = entry->colour;
        line.shape = entry->shape;
        const auto &by_iou = entry->result->accuracy->ap_by_iou;
        for (std::size_t i = 0; i < by_iou.size(); ++i) {
            if (!(by_iou[i] >= 0)) continue;
            const double iou = 0.5 + 0.05 * static_cast<double>(i);
            line.points.emplace_back(iou, 100 * by_iou[i]);
            Mark mark = mark_of(*entry, iou, 100 * by_iou[i], false);
            mark.faded = false;
            mark.text = entry->name + "\nAP at IoU " + number(iou) + ": " + number(100 * by_iou[i]) + " %";
            chart.marks.push_back(mark);
        }
        chart.lines.push_back(line);
    }
    const bool own = !chart.marks.empty();
    for (const auto &[name, iou] : {std::pair("AP50", 0.5), std::pair("AP75", 0.75)})
        add_published(
            chart.marks, material, [at = iou](const PublishedPoint &) { return std::optional(at); },
            [which = name](const PublishedPoint &point) { return published(point, which); });
    figure.drawn = !chart.marks.empty();
    if (figure.drawn) figure.body = scatter(material, chart, "IoU from which a box counts", "AP, %", false);
    figure.body += sentence(about_accuracy(material.entries) + (own ? "The most accurate configuration of each pair."
                                                                    : "No accuracy of ours is split by overlap."));
    return figure;
}

} // namespace tradewind::reporting
