// SPDX-License-Identifier: Apache-2.0
// The mean of each channel over a map.
#pragma once

#include "targets/cuda/kernels/items.h"

namespace tradewind::cuda {

// y[map][channel] = mean of x[map][pixel][channel] over the pixels. Liveness is by maps.
struct MeanArguments {
    MapBatch batch;
    std::int64_t maps = 1, pixels = 1, channels = 1;
    MapsIn x;
    MapsOut y;
};

void spatial_mean(Stream stream, const MeanArguments &arguments);

} // namespace tradewind::cuda
