// SPDX-License-Identifier: Apache-2.0
// Comparing tensors and detections with golden numbers.
#pragma once

#include "tensor/tensor.h"

#include <map>
#include <string>
#include <vector>

namespace golden {

std::map<std::string, tradewind::Tensor> tensors(const std::string &relative); // goldens/...safetensors

// The largest absolute difference; infinity when shapes differ (axes of length 1 apart), or at a NaN.
double largest_difference(const tradewind::Tensor &a, const tradewind::Tensor &b);

// The largest absolute difference to samples, which stand at flat indices (k * 2654435761) mod count; NaN at a NaN.
double largest_sample_difference(const tradewind::Tensor &tensor, const std::vector<double> &samples);

struct Statistics {
    double mean, deviation, least, most; // the deviation of the population
};
Statistics statistics(const tradewind::Tensor &tensor);

// For each row of logits the largest foreground one, and its class from 1: column 0 is the background.
struct Largest {
    tradewind::Tensor logits, classes;
};
Largest largest_of(const tradewind::Tensor &logits);

// The numbers of a tensor of bytes.
tradewind::Tensor floats_of(const tradewind::Tensor &bytes);

// The i-th slice along the first axis.
tradewind::Tensor slice(const tradewind::Tensor &tensor, std::int64_t index);

// Detections as three tensors, N x 4, N, N (classes as ids).
struct Detections {
    tradewind::Tensor boxes, scores, classes;
};

// Every detection of `expected` with at least `least_score` has one in `got` of the same class, IoU >= least_iou and a
// score within `tolerance`, each used once, and the other way round. Returns what was not matched, as text; empty when
// all were.
std::string disagreement(const Detections &expected, const Detections &got, float least_score, float least_iou,
                         float tolerance);

// The rows of `expected` that no row of `got` matches, each used once.
std::vector<std::int64_t> unmatched_rows(const Detections &expected, const Detections &got, float least_iou,
                                         float tolerance);

} // namespace golden
