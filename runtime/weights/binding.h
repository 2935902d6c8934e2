// SPDX-License-Identifier: Apache-2.0
// Binding: every parameter of a graph gets its tensor, or one report says all that is wrong.
#pragma once

#include "graph/graph.h"
#include "weights/store.h"

namespace tradewind {

struct BindingReport {
    std::size_t matched = 0;
    std::vector<std::string> missing;        // "name 1x1x512x12 (nearest in the file: ...)"
    std::vector<std::string> unused;         // names in the store that no parameter asked for
    std::vector<std::string> wrongly_shaped; // "name: the network needs AxB, the file has CxD"

    bool complete() const { return missing.empty() && wrongly_shaped.empty(); }
    // "expected 199 tensors, matched 197; missing: ...; wrongly shaped: ...; unused: ..." (long lists are cut with a
    // count).
    std::string text() const;
};

// Compares names and shapes only. `near` tells whether missing names come with the nearest of the file, which is slow.
BindingReport compare(const Graph &graph, const WeightStore &store, bool near = true);

// Puts the tensors into graph.parameters. Throws Error(refused) with the report's text when anything is missing or
// wrongly shaped; unused tensors alone are no error (the report is returned).
BindingReport bind(Graph &graph, const WeightStore &store);

} // namespace tradewind
