// SPDX-License-Identifier: Apache-2.0
// What depthwise kernels of all types share.
#pragma once

#include "targets/onednn/depthwise.h"

namespace tradewind::onednn {

// Compiled for processors that were asked what they have, whatever the rest is compiled for.
#define TRADEWIND_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx512vnni")))

struct DepthwiseShape {
    std::int64_t pictures, height, width, channels, output_height, output_width, stride, top, left;
    float low, high; // of outputs, by the activation

    explicit DepthwiseShape(const Layer &layer);

    // The outputs of a row whose windows lie inside it: [first, last).
    std::int64_t first_inside() const { return std::min(output_width, (left + stride - 1) / stride); }
    std::int64_t last_inside() const
    {
        const std::int64_t last = width + left < 3 ? 0 : (width + left - 3) / stride + 1;
        return std::clamp(last, first_inside(), output_width);
    }
};

using DepthwiseLoop = std::function<void()>;
DepthwiseLoop depthwise_bf16(const Layer &layer, const float *weights, const float *bias, const std::byte *source,
                             std::byte *destination);
DepthwiseLoop depthwise_8_bits(const Layer &layer, const float *weights, const float *bias, const std::byte *source,
                               std::byte *destination);

} // namespace tradewind::onednn
