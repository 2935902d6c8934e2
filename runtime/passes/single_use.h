// SPDX-License-Identifier: Apache-2.0
// The condition under which a node may be merged into the one that reads it.
#pragma once

#include "graph/graph.h"

namespace tradewind {

// The node that produces `value` when nothing but one reader wants it: it is no output and has one use. Else null.
inline Node *sole_producer(Graph &graph, Value value)
{
    if (graph.is_output(value) || graph.use_count(value) != 1) return nullptr;
    return const_cast<Node *>(graph.producer(value));
}

// Removes the node called `name` and lets everybody read `replacement` in place of its first output.
inline void bypass(Graph &graph, const std::string &name, Value replacement)
{
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        if (graph.nodes[i].name != name) continue;
        const Value gone = graph.nodes[i].outputs.front();
        graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(i));
        graph.replace_uses(gone, replacement);
        return;
    }
}

} // namespace tradewind
