// SPDX-License-Identifier: Apache-2.0
// The predictors of a single-stage detector: two convolutions of each map, one of few filters, become one, and the end
// reads what they make where it lies.
#include "passes/passes.h"
#include "passes/single_use.h"

#include <algorithm>

namespace tradewind {
namespace {

bool is(const Node *node, const char *op) { return node && node->op->name == op; }

bool is_plain_convolution(const Node *node)
{
    return is(node, "conv2d") && node->inputs.size() == 1 && node->attributes.text("activation") == "none" &&
           node->attributes.integer("bias") == 1 && node->attributes.integer("separable") == 0;
}

bool look_alike(const Node &a, const Node &b)
{
    const auto same = [&](const char *name) { return *a.attributes.find(name) == *b.attributes.find(name); };
    return a.inputs == b.inputs && a.may_quantise == b.may_quantise && same("kernel") && same("stride") &&
           same("dilation") && same("padding") && same("pads");
}

// The convolutions behind 1 x rows x columns: of one map each, in order. Empty where anything else stands there.
std::vector<const Node *> predictors(Graph &graph, Value rows)
{
    const Node *concat = sole_producer(graph, rows);
    const std::int64_t columns = graph.shape(rows).back();
    if (!is(concat, "concat") || concat->attributes.integer("axis") != 1) return {};
    std::vector<const Node *> found;
    for (const Value part : concat->inputs) {
        const Node *reshape = sole_producer(graph, part);
        const Node *convolution = is(reshape, "reshape") ? sole_producer(graph, reshape->inputs[0]) : nullptr;
        if (!is_plain_convolution(convolution) || graph.shape(reshape->inputs[0]).back() % columns != 0 ||
            graph.shape(part).back() != columns)
            return {};
        found.push_back(convolution);
    }
    return found;
}

struct Heads {
    std::vector<const Node *> boxes, classes;
};

bool can_merge(const Graph &graph, const Heads &heads, std::int64_t columns)
{
    if (heads.boxes.empty() || heads.boxes.size() != heads.classes.size()) return false;
    for (std::size_t i = 0; i < heads.boxes.size(); ++i) {
        const Node &box = *heads.boxes[i], &other = *heads.classes[i];
        const std::int64_t per_cell = graph.shape(box.outputs[0]).back() / 4;
        if (!look_alike(box, other) || graph.shape(other.outputs[0]).back() != per_cell * columns) return false;
        for (const Node *node : {&box, &other})
            for (const Parameter parameter : node->parameters)
                if (graph.parameters[parameter].factors || !graph.parameters[parameter].more.empty()) return false;
    }
    return true;
}

// The output channels of the one, then those of the other. Its name is that of both: with the identity of the file
// that both are in, it tells the values.
Parameter joined(Graph &graph, Parameter first, Parameter second)
{
    ParameterInfo a = std::move(graph.parameters[first]), b = std::move(graph.parameters[second]);
    graph.parameters[first] = {};
    graph.parameters[second] = {};
    Shape shape = a.shape;
    shape.back() += b.shape.back();
    const bool of_one_file = a.identity == b.identity && a.data.is_mapped() == b.data.is_mapped();
    return graph.add_parameter({a.name + "+" + b.name,
                                shape,
                                std::move(a.data),
                                {},
                                {std::move(b.data)},
                                of_one_file ? std::move(a.identity) : std::string()});
}

Node merged(Graph &graph, const Node &box, const Node &other)
{
    Node node = box;
    node.name = box.name + "+" + other.name.substr(other.name.rfind('/') + 1);
    Shape shape = graph.shape(box.outputs[0]);
    shape.back() += graph.shape(other.outputs[0]).back();
    ValueInfo output = graph.info(box.outputs[0]);
    output.name = node.name;
    output.type.shape = shape;
    output.range = {};
    node.outputs = {graph.add_value(output)};
    node.attributes.set("filters", shape.back());
    node.parameters = {joined(graph, graph.parameter(box, "weights"), graph.parameter(other, "weights")),
                       joined(graph, graph.parameter(box, "biases"), graph.parameter(other, "biases"))};
    return node;
}

Node end_of(const Graph &graph, const Node &before, const std::vector<Node> &heads)
{
    Node node = before;
    node.op = graph.ops().at("detect_from_maps");
    node.inputs = {before.inputs[1]};
    for (const Node &head : heads) node.inputs.push_back(head.outputs[0]);
    node.attributes.set("columns", graph.shape(before.inputs[2]).back());
    return node;
}

} // namespace

void merge_heads(Graph &graph, const std::function<bool(const Graph &, const Node &)> &takes)
{
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const Node end = graph.nodes[i];
        if (!is(&end, "detect_from_logits") || !graph.ops().count("detect_from_maps")) continue;
        Node wanted = end;
        wanted.op = graph.ops().at("detect_from_maps");
        const Heads heads{predictors(graph, end.inputs[0]), predictors(graph, end.inputs[2])};
        if (!can_merge(graph, heads, graph.shape(end.inputs[2]).back()) || !takes(graph, wanted)) continue;
        // Where the first of the two stood, so that a map is read while it is near.
        std::vector<Node> nodes;
        std::vector<std::size_t> places;
        for (std::size_t k = 0; k < heads.boxes.size(); ++k)
            places.push_back(static_cast<std::size_t>(std::min(heads.boxes[k], heads.classes[k]) - graph.nodes.data()));
        for (std::size_t k = 0; k < heads.boxes.size(); ++k)
            nodes.push_back(merged(graph, *heads.boxes[k], *heads.classes[k]));
        graph.nodes[i] = end_of(graph, end, nodes);
        for (std::size_t k = 0; k < nodes.size(); ++k) graph.nodes[places[k]] = nodes[k];
    }
    remove_dead_nodes(graph);
}

} // namespace tradewind
