// SPDX-License-Identifier: Apache-2.0
// Convolution of every channel by itself.
#pragma once

#include "targets/cuda/convolution.h"
#include "targets/cuda/kernels/items.h"

namespace tradewind::cuda {

// y = activation(depthwise(x, weights) + biases). Output channel k is computed of input channel k / multiplier.
struct DepthwiseArguments {
    MapBatch batch;        // liveness is by `maps`
    std::int64_t maps = 1; // n of a picture's n x h x w x c
    ConvolutionAxis rows, columns;
    std::int64_t channels = 1, multiplier = 1; // of the input; outputs for each of them
    MapsIn x;
    MapsOut y;
    const float *weights = nullptr; // kernel rows x kernel columns x output channels
    const float *biases = nullptr;  // of output channels; null: none
    Activation activation = Activation::none;

    std::int64_t filters() const { return channels * multiplier; }
};

void depthwise(Stream stream, const DepthwiseArguments &arguments);

} // namespace tradewind::cuda
