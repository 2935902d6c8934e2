// SPDX-License-Identifier: Apache-2.0
// Kernels whose results depend on whole rows: of channels, or of the pixels of a map.
#pragma once

#include "targets/cuda/kernels/items.h"

namespace tradewind::cuda {

// Rows along the last axis. Liveness is by groups of `group` rows.
struct RowArguments {
    MapBatch batch;
    std::int64_t rows = 1, channels = 1, group = 1;
    MapsIn x;
    MapsOut y;
};

// y = exp(x - largest) / sum of these over the row
void softmax(Stream stream, const RowArguments &arguments);

// y = scale[channel] * x / (epsilon + sqrt(sum of x^2 over the row)); `scale` is aligned to 16 bytes.
void l2_normalization(Stream stream, const RowArguments &arguments, const float *scale, float epsilon);

// y[map][channel] = mean of x[map][pixel][channel] over the pixels. Liveness is by maps.
struct MeanArguments {
    MapBatch batch;
    std::int64_t maps = 1, pixels = 1, channels = 1;
    MapsIn x;
    MapsOut y;
};

void spatial_mean(Stream stream, const MeanArguments &arguments);

} // namespace tradewind::cuda
