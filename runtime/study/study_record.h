// SPDX-License-Identifier: Apache-2.0
// study.json beside the results: the name of the study and its cells in their order, so that a report knows which
// results are of the grid as it is now.
#pragma once

#include "study/grid.h"

#include <set>

namespace tradewind {

// Replaces an earlier one, whole or not at all.
void write_study_record(const Study &study, const std::vector<Cell> &cells, const std::string &folder);

// The keys of the cells; none where the folder has no record. Throws Error(usage) for a file that is none.
std::optional<std::set<std::string>> recorded_keys(const std::string &folder);

} // namespace tradewind
