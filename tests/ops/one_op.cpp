// SPDX-License-Identifier: Apache-2.0
// One op, through a graph, on a target.
#include "one_op.h"

#include "ops/standard_ops.h"
#include "passes/passes.h"

using namespace tradewind;

namespace one_op {
std::vector<Tensor> run(const Call &call, const std::string &name)
{
    Graph graph(standard_ops());
    std::vector<Value> inputs;
    for (const Tensor &input : call.inputs)
        inputs.push_back(graph.add_input("input" + std::to_string(inputs.size()), {input.shape(), input.type()}));
    graph.add(call.op, "op", inputs, call.attributes);
    const Node node = graph.nodes.back();
    for (const Value output : node.outputs) graph.set_output("result" + std::to_string(output), output);
    for (const auto &[leaf, tensor] : call.weights) graph.parameters.at(graph.parameter(node, leaf)).data = tensor;
    const Opened opened = open(name);
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
