// SPDX-License-Identifier: Apache-2.0
// Convolutional layers in plain loops, on maps as they are stored, for comparison with all that is faster.
#pragma once

#include "targets/onednn/layer.h"

#include <vector>

// What a layer is computed from.
struct LayerData {
    tradewind::Tensor source, residual; // as stored
    tradewind::StoredAs residual_stored;
    tradewind::Tensor weights, biases; // float32: kernel y, x, inputs, outputs (depthwise: y, x, outputs)
    float residual_scale = 1;
};

// SAME padding.
tradewind::onednn::Layer layer_of(const tradewind::Shape &input, std::int64_t filters, std::int64_t kernel,
                                  std::int64_t stride = 1, std::int64_t dilation = 1);

// Random content of what the layer reads; u8 and i8 over all of their range.
LayerData data_of(const tradewind::onednn::Layer &layer);

// Values: numbers times the scale, in n x h x w x c.
std::vector<double> values_of(const tradewind::Tensor &map, const tradewind::StoredAs &stored);

// The outputs in double, not rounded. `type`: what is multiplied, to which sources and weights are rounded; i8 weights
// to multiples of each output channel's largest magnitude over `largest_weight`.
std::vector<double> plain_layer(const tradewind::onednn::Layer &layer, const LayerData &data,
                                tradewind::ElementType type, double largest_weight = 127);
