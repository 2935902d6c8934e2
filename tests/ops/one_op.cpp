// SPDX-License-Identifier: Apache-2.0
// One op, through a graph, on a target.
#include "one_op.h"

#include "ops/standard_ops.h"
#include "passes/passes.h"

#include <algorithm>

using namespace tradewind;

namespace one_op {
namespace {

// x + 0 x, for all but counts.
Value copy(Graph &graph, const std::string &name, Value value)
{
    if (graph.shape(value) == Shape{1}) return value;
    Attributes attributes;
    attributes.set("scale", 0.0);
    return graph.add("add", name, {value, value}, attributes);
}

void set_range(Graph &graph, Value value, const Tensor &numbers)
{
    const auto [low, high] = std::minmax_element(numbers.floats(), numbers.floats() + numbers.count());
    if (graph.shape(value) != Shape{1}) graph.values[value].range = {*low, *high};
}

} // namespace

std::vector<Tensor> run(const Call &call, const std::string &name)
{
    const Opened opened = open(name);
    const auto expected = opened.precision == Precision::int8 ? run(call, "reference") : std::vector<Tensor>();
    Graph graph(standard_ops());
    std::vector<Value> inputs;
    for (const Tensor &input : call.inputs) {
        const std::string of = std::to_string(inputs.size());
        inputs.push_back(graph.add_input("input" + of, {input.shape(), input.type()}));
        if (opened.inside) inputs.back() = copy(graph, "copy" + of, inputs.back());
        if (!expected.empty()) set_range(graph, inputs.back(), input);
    }
    graph.add(call.op, "op", inputs, call.attributes);
    const Node node = graph.nodes.back();
    for (const auto &[leaf, tensor] : call.weights) graph.parameters.at(graph.parameter(node, leaf)).data = tensor;
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
        const std::string of = std::to_string(i);
        if (!expected.empty()) set_range(graph, node.outputs[i], expected[i]);
        graph.set_output("result" + of,
                         opened.inside ? copy(graph, "copy_of_result" + of, node.outputs[i]) : node.outputs[i]);
    }
    Target &target = *opened.target;
    CompileOptions options;
    options.threads = 2;
    options.precision = opened.precision;
    options.batch = opened.batch;
    const MemoryPlan plan = plan_memory(graph, target.memory_rules(graph, options));
    const auto executable = target.compile(std::move(graph), plan, options);
    for (std::size_t i = 0; i < call.inputs.size(); ++i)
        for (std::size_t slot = 0; slot < options.batch; ++slot) executable->write(i, slot, call.inputs[i]);
    executable->run();
    std::vector<Tensor> outputs;
    for (std::size_t i = 0; i < node.outputs.size(); ++i) outputs.push_back(executable->read(i, options.batch - 1));
    return outputs;
}

} // namespace one_op
