// SPDX-License-Identifier: Apache-2.0
// Where a bilinear resize reads, in float32 and in the order of TensorFlow's kernels. Once for every target.
#pragma once

#include "image/resize.h"
#include "tensor/portable.h"

#include <algorithm>
#include <cmath>

namespace tradewind {

// Where one output row or column takes its two sources from, and how they mix.
struct ResizeSample {
    std::int64_t lower, upper;
    float weight; // of the upper one
};

// Of output row or column `index` of `out`, along an axis of `in` pixels.
TRADEWIND_PORTABLE inline ResizeSample resize_sample(ResizeMethod method, std::int64_t in, std::int64_t out,
                                                     std::int64_t index)
{
    const bool corners = method == ResizeMethod::bilinear_align_corners && out > 1;
    const float scale = corners ? static_cast<float>(in - 1) / static_cast<float>(out - 1)
                                : static_cast<float>(in) / static_cast<float>(out);
    const float whole = static_cast<float>(index);
    const float at = method == ResizeMethod::bilinear_half_pixel ? (whole + 0.5f) * scale - 0.5f : whole * scale;
    const float below = std::floor(at);
    const std::int64_t lower = std::max(static_cast<std::int64_t>(below), std::int64_t{0});
    const std::int64_t upper = std::min(static_cast<std::int64_t>(std::ceil(at)), in - 1);
    return {std::min(lower, in - 1), std::max(upper, std::int64_t{0}), at - below};
}

TRADEWIND_PORTABLE inline float mixed(float a, float b, float weight) { return a + (b - a) * weight; }

// The pixel of four: top left, top right, bottom left, bottom right.
TRADEWIND_PORTABLE inline float resized_pixel(ResizeMethod method, const ResizeSample &y, const ResizeSample &x,
                                              float top_left, float top_right, float bottom_left, float bottom_right)
{
    const float top = mixed(top_left, top_right, x.weight), bottom = mixed(bottom_left, bottom_right, x.weight);
    const float value = mixed(top, bottom, y.weight);
    return method == ResizeMethod::bilinear_rounded ? std::floor(value + 0.5f) : value;
}

} // namespace tradewind
