// SPDX-License-Identifier: Apache-2.0
// Where crops read a map, in float32 and in the order of operations that decides which border samples are lost. Once
// for every kernel.
#pragma once

#include "tensor/portable.h"
#include "tensor/tensor.h"

#include <cmath>

namespace tradewind {

// One position along an axis. Outside the map there is nothing to read.
struct CropSample {
    std::int64_t lower = 0, upper = 0;
    float fraction = 0;
    bool inside = false;
};

// Sample `index` of `count` between `first` and `last`, which are parts of the axis (0: the first pixel, 1: the last)
// of `size` pixels. A single sample stands in the middle.
TRADEWIND_PORTABLE inline CropSample crop_sample(float first, float last, std::int64_t size, std::int64_t count,
                                                 std::int64_t index)
{
    const float end = static_cast<float>(size - 1);
    const float step = count > 1 ? (last - first) * end / static_cast<float>(count - 1) : 0.0f;
    const float at = count > 1 ? first * end + static_cast<float>(index) * step : 0.5f * (first + last) * end;
    if (!(at >= 0 && at <= end)) return {}; // nor is a NaN
    const float below = std::floor(at);
    return {static_cast<std::int64_t>(below), static_cast<std::int64_t>(std::ceil(at)), at - below, true};
}

// Begin (`edge` = bin) and end (`edge` = bin + 1) of a bin. Multiplying by 1 / bins instead would push the last end
// past the border.
TRADEWIND_PORTABLE inline float bin_edge(float first, float last, std::int64_t bins, std::int64_t edge)
{
    const float step = (last - first) / static_cast<float>(bins);
    return first + static_cast<float>(edge) * step;
}

// Between the four pixels around a sample, `x` and `y` being its fractions.
TRADEWIND_PORTABLE inline float bilinear(float top_left, float top_right, float bottom_left, float bottom_right,
                                         float x, float y)
{
    const float top = top_left + (top_right - top_left) * x;
    const float bottom = bottom_left + (bottom_right - bottom_left) * x;
    return top + (bottom - top) * y;
}

// How many rows of `most` are live by a count. Anything that is no number of rows is taken to the nearest that is.
TRADEWIND_PORTABLE inline std::int64_t counted_rows(float count, std::int64_t most)
{
    if (!(count > 0)) return 0;
    return count < static_cast<float>(most) ? static_cast<std::int64_t>(count) : most;
}

inline std::int64_t live_rows(const TensorView &count, std::int64_t most)
{
    return counted_rows(count.floats()[0], most);
}

} // namespace tradewind
