// SPDX-License-Identifier: Apache-2.0
// Dead-node removal.
#include "passes/passes.h"

#include <algorithm>

namespace tradewind {
namespace {

// Nodes stand in execution order, so one walk from the back sees every use before the producer.
std::vector<bool> needed_values(const Graph &graph)
{
    std::vector<bool> needed(graph.values.size(), false);
    for (const auto &output : graph.outputs) needed[output.value] = true;
    for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node)
        if (std::any_of(node->outputs.begin(), node->outputs.end(), [&](Value v) { return needed[v]; }))
            for (const Value input : node->inputs) needed[input] = true;
    return needed;
}

} // namespace

void remove_dead_nodes(Graph &graph)
{
    const auto needed = needed_values(graph);
    std::erase_if(graph.nodes, [&](const Node &node) {
        if (std::any_of(node.outputs.begin(), node.outputs.end(), [&](Value v) { return needed[v]; })) return false;
        for (const Parameter parameter : node.parameters) graph.parameters[parameter] = {};
        return true;
    });
}

} // namespace tradewind
