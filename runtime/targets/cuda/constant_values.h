// SPDX-License-Identifier: Apache-2.0
// What follows from shapes alone is computed once, when an executable is made.
#pragma once

#include "graph/graph.h"

#include <map>

namespace tradewind::cuda {

// The values for which constants() is true, by the plain kernels.
std::map<Value, Tensor> constant_values(const Graph &graph);

} // namespace tradewind::cuda
