// SPDX-License-Identifier: Apache-2.0
// Graphs as text.
#include "graph/graph.h"

namespace tradewind {
namespace {

std::string reference(Value value) { return "%" + std::to_string(value); }

std::string attributes_text(const Attributes &attributes)
{
    std::string text;
    for (const auto &[key, value] : attributes) text += (text.empty() ? "" : ", ") + key + "=" + to_string(value);
    return text.empty() ? "" : " {" + text + "}";
}

std::string line(const Graph &graph, const Node &node)
{
    std::string results, arguments, shapes;
    for (const Value value : node.outputs) {
        results += (results.empty() ? "" : ", ") + reference(value);
        shapes += (shapes.empty() ? "" : ", ") + to_string(graph.shape(value));
    }
    for (const Value value : node.inputs) arguments += (arguments.empty() ? "" : ", ") + reference(value);
    return results + " = " + node.op->name + "(" + arguments + ") " + node.name + attributes_text(node.attributes) +
           " -> " + shapes + "\n";
}

} // namespace

std::string dump(const Graph &graph)
{
    std::string text;
    for (const auto &input : graph.inputs)
        text += reference(input.value) + " = input " + input.name + " -> " + to_string(graph.shape(input.value)) + "\n";
    for (const auto &node : graph.nodes) text += line(graph, node);
    for (const auto &output : graph.outputs) text += "output " + output.name + " = " + reference(output.value) + "\n";
    return text;
}

} // namespace tradewind
