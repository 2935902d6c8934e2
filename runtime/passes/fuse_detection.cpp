// SPDX-License-Identifier: Apache-2.0
// The end of a single-stage detector as one op.
#include "passes/passes.h"
#include "passes/single_use.h"

namespace tradewind {
namespace {

bool is(const Node *node, const char *op) { return node && node->op->name == op; }

Node fused(const Graph &graph, const Node &nms, const Node &decode, const Node &convert)
{
    Node node = nms;
    node.op = graph.ops().at("detect_from_logits");
    node.inputs = {decode.inputs[0], decode.inputs[1], convert.inputs[0]};
    node.attributes.set("scales", decode.attributes.reals("scales"));
    for (const auto &[key, value] : convert.attributes) node.attributes.set(key, value);
    return node;
}

} // namespace

void fuse_detection(Graph &graph)
{
    if (!graph.ops().count("detect_from_logits")) return;
    for (auto &node : graph.nodes) {
        if (node.op->name != "multiclass_nms") continue;
        const Node *decode = sole_producer(graph, node.inputs[0]), *convert = sole_producer(graph, node.inputs[1]);
        // The fused op knows neither boxes of each class nor a count, and only one coder.
        if (node.inputs.size() != 2 || graph.shape(node.inputs[0]).size() != 3) continue;
        if (is(decode, "decode_boxes") && decode->attributes.text("coder") == "faster_rcnn" &&
            is(convert, "convert_scores"))
            node = fused(graph, node, *decode, *convert);
    }
    remove_dead_nodes(graph);
}

} // namespace tradewind
