// SPDX-License-Identifier: Apache-2.0
// Results from files.
#pragma once

#include "study/result.h"

#include <string>
#include <vector>

namespace tradewind::reporting {

// Of files with one result a line, or folders that hold such a "results.jsonl", in their order; of the folder of a
// study, those of the grid as it is now. A line that stands twice counts once; of a cell's several lines in one file
// counts the first that is ok, else the first. Throws Error(usage) for lines that are no results ("file:line") and
// where there is none at all, Error(input) for files that cannot be read.
struct ReadResults {
    std::vector<Result> results;
    std::vector<std::string> notes; // what a study's folder has more, or not yet: sentences
};
ReadResults read_results(const std::vector<std::string> &paths);

} // namespace tradewind::reporting
