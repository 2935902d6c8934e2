// SPDX-License-Identifier: Apache-2.0
// Which class of a model is which category of the annotations.
#pragma once

#include "evaluate/annotations.h"

#include <map>

namespace tradewind::cli {

struct CategoryMatch {
    std::map<int, std::int64_t> category; // by class id; classes that are not annotated are absent
    std::vector<std::string> notes;       // what has no counterpart
};

// By name (case, spaces, _ and - do not count); a model that names no classes by id. Throws Error(usage) when nothing
// matches.
CategoryMatch match_categories(const std::map<int, std::string> &labels, int classes, const Annotations &annotations);

} // namespace tradewind::cli
