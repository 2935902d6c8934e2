// SPDX-License-Identifier: Apache-2.0
// Greedy non-maximum suppression, one class at a time.
#pragma once

#include "ops/box_arithmetic.h"

#include <cstdint>
#include <vector>

namespace tradewind::reference {

// A box that takes part, with the row it came from and its class (0-based).
struct Candidate {
    BoxCorners box;
    float score;
    std::int64_t row, label;
};

// Sorts by descending score (equal scores keep their order) and keeps each candidate whose IoU with every one kept
// before is not above the threshold; at most `most`. Corners may be in any order; boxes without area neither suppress
// nor are suppressed.
std::vector<Candidate> suppress(std::vector<Candidate> candidates, float iou_threshold, std::int64_t most);

// Clips every box; those that then have no area go.
void clip_and_drop_empty(std::vector<Candidate> &candidates, const BoxCorners &window);

} // namespace tradewind::reference
