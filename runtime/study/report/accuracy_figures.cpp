// SPDX-License-Identifier: Apache-2.0
// Figures of accuracy: against time, against the classifier.
#include "study/report/drawing.h"
#include "study/report/markup.h"
#include "study/report/selection.h"

#include <algorithm>

namespace tradewind::reporting {
namespace {

std::optional<double> published_ap(const PublishedPoint &point) { return point.number("AP"); }

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
    if (figure.drawn) figure.body = scatter(material, chart, {time_label, accuracy_label}, Start::near_values, true);
    figure.body += sentence(words);
    return figure;
}

Figure accuracy_against_classifier(const Material &material)
{
    Figure figure{"figure-3", "Accuracy against the classifier", "", false};
    Chart chart;
    chart.id = "accuracy-classifier";
    std::size_t unknown = 0;
    for (const Entry *entry : at_one_size(material.entries)) {
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
        figure.body =
            scatter(material, chart, {"ImageNet top-1 of the extractor, %", accuracy_label}, Start::near_values, false);
    std::string words = about_accuracy(material.entries);
    if (!own)
        words += "There is nothing of ours to compare with the accuracy of the classifiers.";
    else
        words += "Detectors at the picture size that most were measured at; the classifiers’ accuracies are those of "
                 "the paper’s table 2.";
    if (unknown) words += " The classifier’s accuracy of " + std::to_string(unknown) + " more is not known.";
    figure.body += sentence(words);
    return figure;
}

} // namespace tradewind::reporting
