// SPDX-License-Identifier: Apache-2.0
// Activations computed where their argument is.
#include "passes/passes.h"
#include "passes/single_use.h"

namespace tradewind {

void fuse_activation(Graph &graph)
{
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const Node activation = graph.nodes[i];
        if (activation.op->name != "relu" && activation.op->name != "relu6") continue;
        Node *before = sole_producer(graph, activation.inputs[0]);
        if (!before || !before->attributes.has("activation") || before->attributes.text("activation") != "none")
            continue;
        before->attributes.set("activation", activation.op->name);
        const Value output = before->outputs.front();
        bypass(graph, activation.name, output);
        --i;
    }
}

} // namespace tradewind
