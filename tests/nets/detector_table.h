// SPDX-License-Identifier: Apache-2.0
// A line of text for each detector that was compared: its size, and the largest difference in each group of stages.
#pragma once

#include "detector_comparison.h"

#include "detector/model.h"

namespace golden {

// The two lines above the rows, in Markdown.
std::string table_head();

// In each cell the difference that comes closest to what is allowed; "std": in deviations of the golden values. The
// last cell: pass, or what fails.
std::string table_row(const std::string &config, const std::string &target, const tradewind::ModelReport &report,
                      const std::vector<StageDifference> &differences);

} // namespace golden
