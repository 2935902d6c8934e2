// SPDX-License-Identifier: Apache-2.0
// The arithmetic of boxes and scores in float32, once for every kernel. Boxes are ymin, xmin, ymax, xmax.
#pragma once

#include "tensor/portable.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tradewind {

struct BoxCorners {
    float ymin, xmin, ymax, xmax;
};

// As four numbers in memory.
TRADEWIND_PORTABLE inline BoxCorners corners_at(const float *box) { return {box[0], box[1], box[2], box[3]}; }

TRADEWIND_PORTABLE inline void store(const BoxCorners &box, float *to)
{
    to[0] = box.ymin;
    to[1] = box.xmin;
    to[2] = box.ymax;
    to[3] = box.xmax;
}

// The plain product: negative when inverted on one axis, positive when inverted on both.
TRADEWIND_PORTABLE inline float area(const BoxCorners &box) { return (box.ymax - box.ymin) * (box.xmax - box.xmin); }

TRADEWIND_PORTABLE inline BoxCorners clip(const BoxCorners &box, const BoxCorners &window)
{
    const auto inside = [](float v, float least, float most) { return std::max(std::min(v, most), least); };
    return {inside(box.ymin, window.ymin, window.ymax), inside(box.xmin, window.xmin, window.xmax),
            inside(box.ymax, window.ymin, window.ymax), inside(box.xmax, window.xmin, window.xmax)};
}

TRADEWIND_PORTABLE inline BoxCorners clip_to_unit(const BoxCorners &box) { return clip(box, {0, 0, 1, 1}); }

// The box in the frame of the window: its origin becomes 0, its sides 1.
TRADEWIND_PORTABLE inline BoxCorners in_frame(const BoxCorners &box, const BoxCorners &window)
{
    const float height = 1.0f / (window.ymax - window.ymin), width = 1.0f / (window.xmax - window.xmin);
    return {(box.ymin - window.ymin) * height, (box.xmin - window.xmin) * width, (box.ymax - window.ymin) * height,
            (box.xmax - window.xmin) * width};
}

// Corners in order, as TensorFlow's non-maximum suppression takes them.
TRADEWIND_PORTABLE inline BoxCorners ordered(const BoxCorners &box)
{
    return {std::min(box.ymin, box.ymax), std::min(box.xmin, box.xmax), std::max(box.ymin, box.ymax),
            std::max(box.xmin, box.xmax)};
}

// Intersection over union of two ordered boxes; 0 when either has no area. No "+ 1" convention.
TRADEWIND_PORTABLE inline float iou(const BoxCorners &a, const BoxCorners &b)
{
    const float area_a = area(a), area_b = area(b);
    if (area_a <= 0 || area_b <= 0) return 0;
    const float height = std::max(std::min(a.ymax, b.ymax) - std::max(a.ymin, b.ymin), 0.0f);
    const float width = std::max(std::min(a.xmax, b.xmax) - std::max(a.xmin, b.xmin), 0.0f);
    const float intersection = height * width;
    return intersection / (area_a + area_b - intersection);
}

// The box of a code (ty, tx, th, tw) relative to an anchor; Ren et al. 2015, equation 2, with the scales of the paper's
// section 2 (10, 10, 5, 5) dividing the codes first. No epsilon, no clamp.
TRADEWIND_PORTABLE inline BoxCorners decode_box(const float *code, const float *anchor, const float *scales)
{
    const float anchor_h = anchor[2] - anchor[0], anchor_w = anchor[3] - anchor[1];
    const float anchor_y = anchor[0] + 0.5f * anchor_h, anchor_x = anchor[1] + 0.5f * anchor_w;
    const float h = std::exp(code[2] / scales[2]) * anchor_h, w = std::exp(code[3] / scales[3]) * anchor_w;
    const float y = code[0] / scales[0] * anchor_h + anchor_y, x = code[1] / scales[1] * anchor_w + anchor_x;
    return {y - 0.5f * h, x - 0.5f * w, y + 0.5f * h, x + 0.5f * w};
}

// The box of a square's code (ty, tx, tl): its side is the anchor's mean side, geometrically, times exp(tl).
TRADEWIND_PORTABLE inline BoxCorners decode_square(const float *code, const float *anchor, const float *scales)
{
    const float anchor_h = anchor[2] - anchor[0], anchor_w = anchor[3] - anchor[1];
    const float anchor_side = std::sqrt(anchor_h * anchor_w);
    const float side = std::exp(code[2] / scales[2]) * anchor_side;
    const float y = code[0] / scales[0] * anchor_side + (anchor[0] + 0.5f * anchor_h);
    const float x = code[1] / scales[1] * anchor_side + (anchor[1] + 0.5f * anchor_w);
    return {y - 0.5f * side, x - 0.5f * side, y + 0.5f * side, x + 0.5f * side};
}

// The box whose corners lie that many deviations from the anchor's.
TRADEWIND_PORTABLE inline BoxCorners decode_corners(const float *code, const float *anchor, const float *deviations)
{
    return {code[0] * deviations[0] + anchor[0], code[1] * deviations[1] + anchor[1],
            code[2] * deviations[2] + anchor[2], code[3] * deviations[3] + anchor[3]};
}

// Corners times a factor each.
TRADEWIND_PORTABLE inline BoxCorners scaled(const BoxCorners &box, const BoxCorners &factors)
{
    return {box.ymin * factors.ymin, box.xmin * factors.xmin, box.ymax * factors.ymax, box.xmax * factors.xmax};
}

// The logistic function, computed in double and rounded once: monotone, so that order is kept.
TRADEWIND_PORTABLE inline float sigmoid(float logit)
{
    return static_cast<float>(1.0 / (1.0 + std::exp(-static_cast<double>(logit))));
}

// The largest logit that is known to be at or below every logit whose score passes the threshold. The slack covers all
// rounding, also that of another processor's exponential function.
inline float least_passing_logit(float score_threshold)
{
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const double lower = score_threshold * (1 - 1e-6);
    if (!(lower > 0)) return -infinity;
    if (lower >= 1) return infinity;
    return std::nextafter(static_cast<float>(std::log(lower / (1 - lower))), -infinity);
}

// The softmax of two logits, the second of which is asked for; monotone in their difference.
TRADEWIND_PORTABLE inline float objectness(const float *logits) { return sigmoid(logits[1] - logits[0]); }

} // namespace tradewind
