// SPDX-License-Identifier: Apache-2.0
// What is done to a graph between its description and a target. Every pass keeps the outputs and their names; a value
// that is an output is never optimised away. All work on bound graphs and on unbound ones (then only the structure
// changes).
#pragma once

#include "graph/graph.h"
#include "graph/memory_plan.h"

#include <functional>

namespace tradewind {

// Nodes whose results nobody uses go, and their parameters with them.
void remove_dead_nodes(Graph &graph);

// conv -> batch_norm becomes one convolution: w * s and beta + (b - mean) * s with s = gamma / sqrt(variance + epsilon)
// (Ioffe and Szegedy 2015, section 3.1, with fixed statistics), in double, rounded once.
void fold_batch_norm(Graph &graph);

// A depthwise convolution of few channels -> a 1x1 convolution becomes one convolution with the product of their
// weights, in double, rounded once.
void fold_separable(Graph &graph);

// conv -> add becomes a convolution with a residual input.
void fuse_residual(Graph &graph);

// conv, dense or add -> relu or relu6 becomes one node with an activation.
void fuse_activation(Graph &graph);

// decode_boxes, convert_scores -> multiclass_nms becomes detect_from_logits, which need not decode what it filters out.
void fuse_detection(Graph &graph);

// A 1x1 convolution -> position_sensitive_crop becomes position_sensitive_predict where that takes fewer multiply-adds.
void fuse_position_sensitive(Graph &graph);

// Both predictors of each map become one convolution, and detect_from_logits after them detect_from_maps, if the target
// `takes` that node (with its attributes, and the inputs that it had before).
void merge_heads(Graph &graph, const std::function<bool(const Graph &, const Node &)> &takes);

// All that need not know the target, in that order.
void optimise(Graph &graph);

// The passes after which every value that is left is what its name says in published networks: a layer after its
// batch norm and activation, a sum after its activation. Sums are not merged into the convolution before them.
void optimise_for_names(Graph &graph);

// Places every value in one arena. Values whose lifetimes do not overlap share memory; a reshape shares its input's;
// the inputs of a concat along the outermost axis are computed straight into its output; a convolution's sum takes the
// place of its residual where that is not used later.
MemoryPlan plan_memory(const Graph &graph, const MemoryRules &rules = {});

} // namespace tradewind
