// SPDX-License-Identifier: Apache-2.0
// Pictures that are computed in one run.
#pragma once

#include "detector/plan.h"

namespace tradewind {

// Pictures of one resized size, by their place among all that are looked at.
struct PicturesTogether {
    ImageSize resized;
    std::vector<std::size_t> pictures;
};

// By the first picture of each; at most `most` in one.
std::vector<PicturesTogether> grouped(const Model &model, std::span<const Picture *const> pictures, std::size_t most);

// Of all pictures, in their order.
struct BatchResult {
    std::vector<DetectionList> found;
    std::vector<StageTimes> times; // what a run took, shared out among its pictures
};

// One run; fills what belongs to its pictures. `timeline` may be null.
void detect_together(const Model &model, Executable &plan, std::span<const Picture *const> pictures,
                     const PicturesTogether &together, BatchResult &result, Timeline *timeline);

} // namespace tradewind
