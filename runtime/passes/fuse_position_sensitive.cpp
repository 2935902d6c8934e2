// SPDX-License-Identifier: Apache-2.0
// A bilinear crop and a mean commute with a 1x1 convolution, so regions can be pooled before it. The convolution then
// costs as much for each region as it did for each pixel: worth it where there are fewer regions than pixels.
#include "passes/passes.h"
#include "passes/single_use.h"

namespace tradewind {
namespace {

bool is_pointwise(const Node *node)
{
    if (!node || node->op->name != "conv2d" || node->inputs.size() != 1) return false;
    const Attributes &attributes = node->attributes;
    return attributes.integers("kernel") == std::vector<std::int64_t>{1, 1} &&
           attributes.integers("stride") == std::vector<std::int64_t>{1, 1} &&
           attributes.text("padding") != "explicit" && attributes.text("activation") == "none" &&
           attributes.integer("separable") == 0;
}

Node fused(const Graph &graph, const Node &convolution, const Node &crop)
{
    Node node = crop;
    node.op = graph.ops().at("position_sensitive_predict");
    node.inputs[0] = convolution.inputs[0];
    node.parameters = convolution.parameters;
    node.attributes.set("filters", convolution.attributes.integer("filters"));
    node.attributes.set("bias", convolution.attributes.integer("bias"));
    return node;
}

} // namespace

void fuse_position_sensitive(Graph &graph)
{
    if (!graph.ops().count("position_sensitive_predict")) return;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const Node crop = graph.nodes[i];
        if (crop.op->name != "position_sensitive_crop") continue;
        const Node *convolution = sole_producer(graph, crop.inputs[0]);
        if (!is_pointwise(convolution)) continue;
        const Shape &map = graph.shape(crop.inputs[0]);
        if (graph.shape(crop.inputs[1])[0] >= map[1] * map[2]) continue;
        graph.nodes[i] = fused(graph, *convolution, crop);
        graph.nodes.erase(graph.nodes.begin() + (convolution - graph.nodes.data()));
        --i;
    }
}

} // namespace tradewind
