// SPDX-License-Identifier: Apache-2.0
// Building and editing graphs.
#include "graph/graph.h"

#include "graph/schema_check.h"
#include "tensor/error.h"
#include "tensor/near_names.h"

#include <algorithm>

namespace tradewind {
namespace {

const OpSchema &schema_of(const OpSet &ops, const std::string &op)
{
    if (const auto found = ops.find(op); found != ops.end()) return *found->second;
    std::vector<std::string> names;
    for (const auto &[name, schema] : ops) names.push_back(name);
    throw Error(ErrorCode::refused, "there is no op '" + op + "'" + did_you_mean(op, names));
}

void check_input_count(const OpSchema &op, std::size_t count)
{
    if (count >= op.least_inputs && count <= op.most_inputs) return;
    throw Error(ErrorCode::refused, op.name + " takes " + std::to_string(op.least_inputs) +
                                        (op.most_inputs == op.least_inputs ? "" : " or more") + " inputs, not " +
                                        std::to_string(count));
}

std::vector<ValueType> types_of(const Graph &graph, const std::vector<Value> &values)
{
    std::vector<ValueType> types;
    for (const Value value : values) {
        if (value == 0 || value >= graph.values.size())
            throw Error(ErrorCode::refused, "an input is value " + std::to_string(value) + ", which does not exist");
        types.push_back(graph.info(value).type);
    }
    return types;
}

std::int64_t coarsest_stride(const Graph &graph, const std::vector<Value> &values)
{
    std::int64_t stride = 1;
    for (const Value value : values) stride = std::max(stride, graph.info(value).stride);
    return stride;
}

// A node's own count, or that of an input with as many rows as the output.
Value live_rows(const Graph &graph, const OpSchema &op, const std::vector<Value> &inputs, const Shape &output)
{
    if (op.counted_by >= 0) return inputs.at(static_cast<std::size_t>(op.counted_by));
    for (const Value input : inputs) {
        const ValueInfo &info = graph.info(input);
        if (info.count && !output.empty() && info.type.shape.front() == output.front()) return info.count;
    }
    return 0;
}

// A node in no scope has its parameters under the leaf alone.
std::string parameter_name(const std::string &node, const ParameterSpec &spec)
{
    if (!spec.of_scope) return node + "/" + spec.leaf;
    const auto slash = node.rfind('/');
    return slash == std::string::npos ? spec.leaf : node.substr(0, slash + 1) + spec.leaf;
}

std::string output_name(const std::string &node, std::size_t index)
{
    return index == 0 ? node : node + ":" + std::to_string(index);
}

} // namespace

Graph::Graph(const OpSet &ops) : values(1), parameters(1), ops_(&ops) {}

Value Graph::add_input(const std::string &name, ValueType type)
{
    const Value value = add_value({name, std::move(type)});
    inputs.push_back({name, value});
    return value;
}

Value Graph::add(const std::string &op, const std::string &name, std::vector<Value> node_inputs,
                 const Attributes &attributes)
try {
    if (name.empty()) throw Error(ErrorCode::refused, "a node of op " + op + " has no name");
    if (find(name)) throw Error(ErrorCode::refused, "the name is taken: names of nodes are unique");
    Node node;
    node.op = &schema_of(*ops_, op);
    node.name = name;
    check_input_count(*node.op, node_inputs.size());
    const auto types = types_of(*this, node_inputs);
    node.attributes = complete_attributes(*node.op, attributes);
    const Inference inferred = node.op->infer(node.attributes, types);
    check_result(inferred);
    const std::int64_t stride = coarsest_stride(*this, node_inputs) * inferred.stride;
    node.inputs = std::move(node_inputs);
    for (const auto &type : inferred.outputs)
        node.outputs.push_back(add_value({output_name(name, node.outputs.size()), type, stride,
                                          live_rows(*this, *node.op, node.inputs, type.shape)}));
    for (const auto &spec : inferred.parameters)
        node.parameters.push_back(add_parameter({parameter_name(name, spec), spec.shape}));
    nodes.push_back(std::move(node));
    return nodes.back().outputs.front();
} catch (const Error &error) {
    throw error.within(name);
}

void Graph::set_output(const std::string &name, Value value)
{
    if (value == 0 || value >= values.size())
        throw Error(ErrorCode::usage,
                    "output " + name + " is given value " + std::to_string(value) + ", which does not exist");
    if (output(name)) throw Error(ErrorCode::usage, "there is an output '" + name + "' already");
    outputs.push_back({name, value});
}

Value Graph::output(const std::string &name) const
{
    const auto found = std::find_if(outputs.begin(), outputs.end(), [&](const auto &o) { return o.name == name; });
    return found == outputs.end() ? 0 : found->value;
}

Value Graph::find(const std::string &name) const
{
    if (const Value value = output(name)) return value;
    const auto found = std::find_if(values.begin() + 1, values.end(), [&](const auto &v) { return v.name == name; });
    return found == values.end() ? 0 : static_cast<Value>(found - values.begin());
}

bool Graph::is_output(Value value) const
{
    return std::any_of(outputs.begin(), outputs.end(), [&](const auto &o) { return o.value == value; });
}

std::size_t Graph::use_count(Value value) const
{
    std::size_t count = 0;
    for (const auto &node : nodes) count += std::count(node.inputs.begin(), node.inputs.end(), value);
    return count;
}

const Node *Graph::producer(Value value) const
{
    for (const auto &node : nodes)
        if (std::count(node.outputs.begin(), node.outputs.end(), value)) return &node;
    return nullptr;
}

Parameter Graph::parameter(const Node &node, const std::string &leaf) const
{
    for (const Parameter parameter : node.parameters) {
        const auto &name = parameters.at(parameter).name;
        if (name == leaf) return parameter;
        if (name.size() > leaf.size() && name.ends_with(leaf) && name[name.size() - leaf.size() - 1] == '/')
            return parameter;
    }
    return 0;
}

Value Graph::add_value(ValueInfo info)
{
    values.push_back(std::move(info));
    return static_cast<Value>(values.size() - 1);
}

Parameter Graph::add_parameter(ParameterInfo info)
{
    parameters.push_back(std::move(info));
    return static_cast<Parameter>(parameters.size() - 1);
}

void Graph::replace_uses(Value from, Value to)
{
    for (auto &node : nodes) std::replace(node.inputs.begin(), node.inputs.end(), from, to);
    for (auto &output : outputs)
        if (output.value == from) output.value = to;
    for (auto &value : values)
        if (value.count == from) value.count = to;
}

} // namespace tradewind
