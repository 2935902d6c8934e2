// SPDX-License-Identifier: Apache-2.0
// Accuracy on small, medium and large objects.
#include "study/report/drawing.h"
#include "study/report/markup.h"
#include "study/report/selection.h"

namespace tradewind::reporting {
namespace {

const std::vector<std::pair<const char *, const char *>> object_sizes = {
    {"APs", "small objects (below 32² pixels)"}, {"APm", "medium (to 96²)"}, {"APl", "large"}};

Row row_by_size(const Entry &entry)
{
    Row row = row_of(entry);
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
        if (const auto value = point.number(object_sizes[i].first)) {
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
    for (const Entry *entry : most_accurate_of_each_pair(at_one_size(material.entries)))
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
    figure.body += sentence(
        about_accuracy(material.entries) +
        (own ? "At the picture size that most detectors were measured at, the most accurate configuration of each pair."
             : "No accuracy of ours is split by the size of objects."));
    return figure;
}

} // namespace tradewind::reporting
