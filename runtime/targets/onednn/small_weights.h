// SPDX-License-Identifier: Apache-2.0
// Weights as 8-bit integers: symmetric, a scale for each output channel, which is the last axis of their shape.
#pragma once

#include "targets/onednn/layer.h"
#include "targets/onednn/primitive_kernel.h"

namespace tradewind::onednn {

// The largest magnitude of each output channel; 1 for those that are all zero.
void measure_extents(const Tensor &weights, std::int64_t channels, float *to);

// What weights are multiplied by before they are rounded: their largest number over the extent.
WeightScales steps_of(const std::vector<float> &extents, const Layer &layer);

// The value of one step of a sum of products, by channel; `factor`: of all weights.
std::vector<float> sum_scales(const std::vector<float> &extents, const Layer &layer, float factor);

// Biases in such steps.
void bias_in_sums(const Tensor &biases, const std::vector<float> &extents, const Layer &layer, float *to);

} // namespace tradewind::onednn
