// SPDX-License-Identifier: Apache-2.0
// Comparing tensors and detections with golden numbers.
#pragma once

#include "tensor/tensor.h"

#include <map>
#include <string>

namespace golden {

std::map<std::string, tradewind::Tensor> tensors(const std::string &relative); // goldens/...safetensors

// The largest absolute difference; infinity when shapes differ.
double largest_difference(const tradewind::Tensor &a, const tradewind::Tensor &b);

// The i-th slice along the first axis.
tradewind::Tensor slice(const tradewind::Tensor &tensor, std::int64_t index);

// Detections as three tensors, N x 4, N, N (classes as ids).
struct Detections {
    tradewind::Tensor boxes, scores, classes;
};

// Every detection of `expected` with at least `least_score` has one in `got` of the same class, IoU >= least_iou and a
// score within `tolerance`; each is used once. Returns what was not matched, as text; empty when all were.
std::string unmatched(const Detections &expected, const Detections &got, float least_score, float least_iou,
                      float tolerance);

} // namespace golden
