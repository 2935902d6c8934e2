// SPDX-License-Identifier: Apache-2.0
// Which results a figure shows.
#pragma once

#include "study/report/entries.h"

namespace tradewind::reporting {

// Those at the picture size at which most detectors (meta-architecture and extractor) were measured; the smallest of
// several.
std::vector<const Entry *> at_one_size(const Entries &entries);

// One of those that differ by proposals only: that with the most.
std::vector<const Entry *> with_most_proposals(const std::vector<const Entry *> &entries);

std::vector<const Entry *> all_of(const Entries &entries);

// Of each meta-architecture and extractor the most accurate.
std::vector<const Entry *> most_accurate_of_each_pair(const std::vector<const Entry *> &entries);

// Keeps as many as can be read in one figure, and says how many there are: "" where all stay.
std::string limited(std::vector<const Entry *> &entries);

} // namespace tradewind::reporting
