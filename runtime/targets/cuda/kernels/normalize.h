// SPDX-License-Identifier: Apache-2.0
// The first map of a network, made of the picture.
#pragma once

#include "targets/cuda/kernels/items.h"

#include <array>

namespace tradewind::cuda {

constexpr std::size_t most_normalized_channels = 16;

// y = x * scale[channel] - mean[channel]; `reversed`: x is that of the channel counted from the end.
struct NormalizeArguments {
    MapBatch batch;                        // its storage is that of y; x is float32
    std::int64_t pixels = 1, channels = 3; // channels: at most most_normalized_channels
    std::array<float, most_normalized_channels> scale = {}, mean = {};
    bool reversed = false;
    MapsIn x;
    MapsOut y;
};

void normalize(Stream stream, const NormalizeArguments &arguments);

} // namespace tradewind::cuda
