// SPDX-License-Identifier: Apache-2.0
// What the size of the picture changes.
#include "study/report/markup.h"
#include "study/report/sweep.h"

namespace tradewind::reporting {

Figure effect_of_picture_size(const Material &material)
{
    Figure figure{"figure-5", "Effect of the picture size", "", false};
    const auto all = series(material.entries, Field::size);
    if (all.empty()) {
        figure.body = sentence("No detector was measured at two picture sizes.");
        return figure;
    }
    Chart accuracy, time;
    std::string charts;
    std::vector<Mark> marks;
    accuracy.id = "picture-size-accuracy";
    accuracy.title = "Accuracy";
    add_lines(
        accuracy, all, [](const Entry &entry) { return entry.accuracy("APs"); },
        [](const Entry &entry) { return entry.accuracy("APl"); }, "arrow");
    const bool has_accuracy = !accuracy.marks.empty();
    if (has_accuracy) charts += swept(marks, accuracy, {"mAP on small objects, %", "mAP on large objects, %"}, {});
    time.id = "picture-size-time";
    time.title = "Time";
    add_lines(
        time, all, [](const Entry &entry) { return static_cast<double>(value_of(entry, Field::size)); },
        [](const Entry &entry) { return entry.time.median; }, "");
    charts +=
        swept(marks, time, {"picture size, pixels (side, or shorter side)", time_label}, {Start::near_values, true});
    figure.drawn = true;
    figure.body = legend_of(material, marks, false) + element("div", " class=\"pair\"", charts) +
                  sentence(about_accuracy(material.entries) +
                           (has_accuracy ? "Arrows lead from the smaller to the larger picture."
                                         : "So accuracy on small against large objects is left out; time is shown."));
    return figure;
}

} // namespace tradewind::reporting
