// SPDX-License-Identifier: Apache-2.0
// Cells and results of a study, for people.
#pragma once

#include "study/study.h"

namespace tradewind::cli {

// "153.2 ms, 412 MB", or the reason why there is no number.
std::string outcome_text(const Result &result);

// A table of the cells that were measured; what could not be, and what failed, with reasons; how many of each.
std::string study_text(const std::vector<Cell> &cells, const ResultLines &results, bool coloured);

// Each cell with what is known of it. `checks`: one sentence for each cell, empty for nothing against it; or none.
std::string cell_list(const std::vector<Cell> &cells, const ResultLines &results,
                      const std::vector<std::string> &checks, bool coloured);

} // namespace tradewind::cli
