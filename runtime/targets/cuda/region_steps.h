// SPDX-License-Identifier: Apache-2.0
// The product within a prediction on regions, for those who make plans without making steps.
#pragma once

#include "graph/graph.h"
#include "targets/cuda/convolution.h"

#include <optional>

namespace tradewind::cuda {

// Pooled features of all regions times the weights of all bins; none where the node is no position_sensitive_predict.
std::optional<ConvolutionShape> prediction_of(const Graph &graph, const Node &node, std::int64_t batch, Storage storage,
                                              bool tf32);

} // namespace tradewind::cuda
