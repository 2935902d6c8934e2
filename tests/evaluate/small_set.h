// SPDX-License-Identifier: Apache-2.0
// Sets small enough to reckon by hand, and made-up ones.
#pragma once

#include "evaluate/coco_evaluation.h"

#include <cstdint>
#include <vector>

namespace small_set {

// Annotations with these pictures and categories, 640 x 480, without boxes.
tradewind::Annotations of(const std::vector<std::int64_t> &images, const std::vector<std::int64_t> &categories);

// Its area is the box's; ids go on from 1.
void annotate(tradewind::Annotations &annotations, std::int64_t image, std::int64_t category,
              const tradewind::Rectangle &box, bool crowd = false);

// Everything of `found` added in its order.
tradewind::CocoResult evaluate(const tradewind::Annotations &annotations,
                               const std::vector<tradewind::ImageDetections> &found,
                               const tradewind::CocoOptions &options = {});

// Pictures with ties of scores within and between them.
struct MadeUp {
    tradewind::Annotations annotations;
    std::vector<tradewind::ImageDetections> found;
};
MadeUp made_up(std::uint32_t seed, int pictures, int categories, int detections);

} // namespace small_set
