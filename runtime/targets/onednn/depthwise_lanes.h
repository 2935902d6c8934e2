// SPDX-License-Identifier: Apache-2.0
// What 64 lanes of a depthwise layer of 8 bits are computed with.
#pragma once

#include "targets/onednn/depthwise_rows.h"

namespace tradewind::onednn {

// Each lane is a channel, or that of one of several neighbouring pixels where the channels are few. They stand in the
// order of the instructions that bring four pixels together: lane l in place l % 16 / 4 * 16 + l / 16 * 4 + l % 4.
struct alignas(64) DepthwiseLanes {
    static constexpr std::int64_t count = 64;

    std::int8_t weights[2][3][count][4]; // for windows that begin at the first of four pixels, and at the second
    std::int32_t start[2][count];        // of sums
    float scale[count], bias[count];     // from sums to numbers of the output
};

// As many pixels as fill the lanes, where the channels are so few; else 1.
std::int64_t pixels_in_lanes(const DepthwiseShape &shape);

// Of the lanes from channel `first` on.
DepthwiseLanes lanes_of(const Layer &layer, std::int64_t pixels, std::int64_t first, const float *weights,
                        const float *bias);

} // namespace tradewind::onednn
