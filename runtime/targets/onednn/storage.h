// SPDX-License-Identifier: Apache-2.0
// How the values of a network lie in memory: their numbers by the precision, their layout by the algorithms.
#pragma once

#include "targets/onednn/algorithm_choice.h"

namespace tradewind::onednn {

// By value. Graph inputs, results that no node reads, what post-processing reads and counts of live rows are plain. The
// same graph, options and choices give the same storage, whatever other values of it are outputs.
std::vector<StoredAs> storage_of(const Graph &graph, const CompileOptions &options, AlgorithmChoice &algorithms);

std::size_t stored_bytes(const Graph &graph, Value value, const StoredAs &stored);

} // namespace tradewind::onednn
