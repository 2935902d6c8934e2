// SPDX-License-Identifier: Apache-2.0
// The largest or the mean element of windows.
#pragma once

#include "targets/cuda/convolution.h"
#include "targets/cuda/kernels/items.h"

namespace tradewind::cuda {

// Windows are cut to the map: padding counts neither as a number nor in the mean's divisor.
struct MapPoolArguments {
    MapBatch batch;                // liveness is by `maps`
    std::int64_t maps = 1;         // n of a picture's n x h x w x c
    ConvolutionAxis rows, columns; // without dilation
    std::int64_t channels = 1;
    MapsIn x;
    MapsOut y;
};

void max_pool(Stream stream, const MapPoolArguments &arguments);
void avg_pool(Stream stream, const MapPoolArguments &arguments);

} // namespace tradewind::cuda
