// SPDX-License-Identifier: Apache-2.0
// Greedy non-maximum suppression.
#include "targets/reference/non_max_suppression.h"

#include <algorithm>

namespace tradewind::reference {

std::vector<Candidate> suppress(std::vector<Candidate> candidates, float iou_threshold, std::int64_t most)
{
    std::stable_sort(candidates.begin(), candidates.end(), [](auto &a, auto &b) { return a.score > b.score; });
    std::vector<Candidate> kept;
    for (const Candidate &candidate : candidates) {
        if (static_cast<std::int64_t>(kept.size()) == most) break;
        const BoxCorners box = ordered(candidate.box);
        const bool covered = std::any_of(kept.begin(), kept.end(), [&](const Candidate &other) {
            return iou(ordered(other.box), box) > iou_threshold;
        });
        if (!covered) kept.push_back(candidate);
    }
    return kept;
}

void clip_and_drop_empty(std::vector<Candidate> &candidates, const BoxCorners &window)
{
    for (auto &candidate : candidates) candidate.box = clip(candidate.box, window);
    std::erase_if(candidates, [](const Candidate &candidate) { return !(area(candidate.box) > 0); });
}

} // namespace tradewind::reference
