// SPDX-License-Identifier: Apache-2.0
// Nodes as convolutions.
#pragma once

#include "graph/graph.h"
#include "targets/cuda/convolution.h"

#include <optional>

namespace tradewind::cuda {

// A conv2d or dense node for `batch` pictures; none for other ops. Where one window is all of a map, and for dense, it
// is a product: each row or map as one pixel. `storage` of maps and weights.
std::optional<ConvolutionShape> convolution_of(const Graph &graph, const Node &node, std::int64_t batch,
                                               Storage storage, bool tf32);

} // namespace tradewind::cuda
