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

// Those at the smallest picture size that occurs.
std::vector<const Entry *> at_lowest_size(const Entries &entries);

// One of those that differ by proposals only: that with the most.
std::vector<const Entry *> with_most_proposals(const std::vector<const Entry *> &entries);

std::vector<const Entry *> all_of(const Entries &entries);

// Of each meta-architecture and extractor the most accurate.
std::vector<const Entry *> most_accurate_of_each_pair(const std::vector<const Entry *> &entries);

} // namespace tradewind::reporting
