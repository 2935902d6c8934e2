// SPDX-License-Identifier: Apache-2.0
// Accuracy by the overlap from which a box counts.
#include "study/report/drawing.h"
#include "study/report/markup.h"
#include "study/report/selection.h"

namespace tradewind::reporting {

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
            [which = name](const PublishedPoint &point) { return point.number(which); });
    figure.drawn = !chart.marks.empty();
    if (figure.drawn)
        figure.body = scatter(material, chart, {"IoU from which a box counts", "AP, %"}, Start::near_values, false);
    figure.body += sentence(about_accuracy(material.entries) + (own ? "The most accurate configuration of each pair."
                                                                    : "No accuracy of ours is split by overlap."));
    return figure;
}

} // namespace tradewind::reporting
