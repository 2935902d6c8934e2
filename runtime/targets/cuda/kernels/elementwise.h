// SPDX-License-Identifier: Apache-2.0
// Kernels that compute each element of a map from those at its place.
#pragma once

#include "targets/cuda/kernels/activation.h"
#include "targets/cuda/kernels/items.h"

namespace tradewind::cuda {

struct ElementwiseShape {
    std::int64_t rows = 1, row = 1; // elements of a picture: rows * row; liveness is by rows
    std::int64_t channels = 1;      // the last axis

    std::int64_t count() const { return rows * row; }
};

// y = activation(x)
void activate(Stream stream, const MapBatch &batch, const ElementwiseShape &shape, MapsIn x, MapsOut y,
              Activation activation);

// y = 1 / (1 + exp(-x))
void sigmoid(Stream stream, const MapBatch &batch, const ElementwiseShape &shape, MapsIn x, MapsOut y);

// y = activation(a + scale * b)
void add(Stream stream, const MapBatch &batch, const ElementwiseShape &shape, MapsIn a, MapsIn b, MapsOut y,
         float scale, Activation activation);

// y = x * factors[channel] + offsets[channel], both aligned to 16 bytes
void multiply_add(Stream stream, const MapBatch &batch, const ElementwiseShape &shape, MapsIn x, MapsOut y,
                  const float *factors, const float *offsets);

} // namespace tradewind::cuda
