// SPDX-License-Identifier: Apache-2.0
// How much detections have in common.
#pragma once

#include "detector/detection.h"
#include "ops/box_arithmetic.h"

namespace tradewind {

inline BoxCorners corners(const Box &box) { return {box.ymin, box.xmin, box.ymax, box.xmax}; }

// Intersection over union; 0 between classes.
inline float overlap(const Detection &a, const Detection &b)
{
    return a.class_id == b.class_id ? iou(corners(a.box), corners(b.box)) : 0.0f;
}

// The part of `a` that lies in `b`, 0 to 1; 0 between classes and for boxes without area.
inline float part_inside(const Detection &a, const Detection &b)
{
    const float own = area(corners(a.box));
    if (a.class_id != b.class_id || own <= 0) return 0;
    const BoxCorners common = clip(corners(a.box), corners(b.box));
    return common.ymax > common.ymin && common.xmax > common.xmin ? area(common) / own : 0.0f;
}

} // namespace tradewind
