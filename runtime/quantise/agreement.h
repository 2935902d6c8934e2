// SPDX-License-Identifier: Apache-2.0
// What one detector finds as the truth for another.
#pragma once

#include "evaluate/annotations.h"

#include <span>

namespace tradewind {

// Annotations as if people had marked what was found with at least this score; categories are 1 to `classes`. The
// detector that found it has an average precision of 1 with them.
Annotations found_as_truth(std::span<const ImageDetections> found, int classes, double least_score);

} // namespace tradewind
