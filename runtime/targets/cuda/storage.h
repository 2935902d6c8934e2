// SPDX-License-Identifier: Apache-2.0
// What each value is stored as, and where values lie that no step computes.
#pragma once

#include "graph/graph.h"
#include "graph/memory_plan.h"
#include "targets/cuda/kernels/element.h"
#include "targets/target.h"

namespace tradewind::cuda {

Storage storage_of_maps(Precision precision);

// By value: maps and what is computed of them alone (convolutions, pools, sums, crops, ...) in the storage of maps;
// graph inputs, boxes, anchors, scores, counts and detections in float32. An op that only moves or bends values keeps
// what it is given.
std::vector<Storage> storages(const Graph &graph, Storage maps);

// How many leading inputs of a node must be stored as its output is.
std::size_t map_inputs(const Node &node);

// By value: those that follow from shapes alone (anchors, and what boxes ops make of them).
std::vector<bool> constants(const Graph &graph);

// For plan_memory: `batch` pictures one after another in each value, every value aligned for vector instructions and
// none inside another, but for reshapes; constants are not placed.
MemoryRules memory_rules_of(const Graph &graph, Storage maps, std::size_t batch);

} // namespace tradewind::cuda
