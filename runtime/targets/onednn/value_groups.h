// SPDX-License-Identifier: Apache-2.0
// Values that must be stored alike: numbers are moved between them as they are, or added in place.
#pragma once

#include "graph/graph.h"

namespace tradewind::onednn {

// A number for each value; those of one group have the same, which is one of them.
std::vector<Value> groups_of(const Graph &graph);

} // namespace tradewind::onednn
