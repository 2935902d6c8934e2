// SPDX-License-Identifier: Apache-2.0
// Kernels whose results depend on whole rows of channels.
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

} // namespace tradewind::cuda
