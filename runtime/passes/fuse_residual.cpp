// SPDX-License-Identifier: Apache-2.0
// Sums computed by the convolution that makes their second term.
#include "passes/passes.h"
#include "passes/single_use.h"

namespace tradewind {
namespace {

bool can_add(const Node *node)
{
    return node && node->op->name == "conv2d" && node->inputs.size() == 1 &&
           node->attributes.text("activation") == "none";
}

} // namespace

void fuse_residual(Graph &graph)
{
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        if (graph.nodes[i].op->name != "add") continue;
        const Node sum = graph.nodes[i];
        if (graph.shape(sum.inputs[0]) != graph.shape(sum.inputs[1]) || sum.inputs[0] == sum.inputs[1]) continue;
        Node *before = sole_producer(graph, sum.inputs[1]);
        if (!can_add(before)) continue;
        Node convolution = *before;
        convolution.inputs.push_back(sum.inputs[0]);
        convolution.attributes.set("residual_scale", sum.attributes.real("scale"));
        convolution.attributes.set("activation", sum.attributes.text("activation"));
        graph.replace_uses(sum.outputs[0], convolution.outputs[0]);
        // The convolution moves to where the sum was: by then both of its inputs exist.
        graph.nodes[i] = std::move(convolution);
        graph.nodes.erase(graph.nodes.begin() + (before - graph.nodes.data()));
        --i;
    }
}

} // namespace tradewind
