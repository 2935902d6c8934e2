// SPDX-License-Identifier: Apache-2.0
// Weights and pictures by formula: every value follows from a name and an index, so that a network runs, and is
// compared with other implementations, without trained weights.
#pragma once

#include "graph/graph.h"
#include "weights/store.h"

namespace tradewind {

// The float32 tensor of this checkpoint name and shape. Let hash = FNV-1a 64 of the name's bytes,
// bits(i) = splitmix64 finaliser of hash + (i + 1) * 0x9E3779B97F4A7C15, unit = (bits >> 11) * 2^-53, sym = 2 * unit -
// 1; the leaf of the name then chooses scale and offset. Throws Error(usage) for a leaf without a rule.
Tensor seeded_tensor(const std::string &name, const Shape &shape);

// Every parameter of the graph; `prefix` goes before each name when hashing (not in the store).
WeightStore seeded_weights(const Graph &graph, const std::string &prefix = {});

} // namespace tradewind
