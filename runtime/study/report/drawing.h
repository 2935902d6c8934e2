// SPDX-License-Identifier: Apache-2.0
// What several figures need: points of entries, legends, and why there is no accuracy.
#pragma once

#include "study/report/figures.h"

#include <functional>

namespace tradewind::reporting {

// All that was measured of an entry, in lines.
std::string text_of(const Entry &entry);

// The entry at x, y, with the interval of its time where x is time.
Mark mark_of(const Entry &entry, double x, double y, bool x_is_time);

// A published point; nothing where its meta-architecture or extractor is not one of the catalogue, or a number is
// missing.
using Number = std::function<std::optional<double>(const PublishedPoint &)>;
std::optional<Mark> mark_of(const PublishedPoint &point, const Material &material, const Number &x, const Number &y);
void add_published(std::vector<Mark> &marks, const Material &material, const Number &x, const Number &y);

std::vector<double> xs_of(const std::vector<Mark> &marks); // with the ends of intervals
std::vector<double> ys_of(const std::vector<Mark> &marks);

// The shapes and colours of these marks, with their names; what is hollow, faded and the frontier, where it occurs.
std::string legend_of(const Material &material, const std::vector<Mark> &marks, bool has_frontier);

// "None of the 12 results has an accuracy (why). "; "" where all have one.
std::string about_accuracy(const Entries &entries);

inline const std::string time_label = "time of a picture, ms", accuracy_label = "mAP, %";

struct AxisNames {
    std::string x, y;
};

// The legend and the chart. `may_be_logarithmic`: but never the axis of accuracy.
std::string scatter(const Material &material, Chart chart, const AxisNames &names, Start x, bool may_be_logarithmic);

// A row without parts.
Row row_of(const Entry &entry);

} // namespace tradewind::reporting
