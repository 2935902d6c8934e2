// SPDX-License-Identifier: Apache-2.0
// One op, through a graph, on a target.
#include "one_op.h"

#include "ops/standard_ops.h"
#include "passes/passes.h"
#include "scene.h"

using namespace tradewind;

namespace one_op {
namespace {

Target &target_called(const std::string &name)
{
    static std::map<std::string, std::unique_ptr<Target>> opened;
    auto &target = opened[name];
    if (!target) target = open_target(name, scene::module_folders(), {});
    return *target;
}

} // namespace

std::vector<Tensor> run(const Call &call, const std::string &target)
{
    Graph graph(standard_ops());
    std::vector<Value> inputs;
    for (const Tensor &input : call.inputs)
        inputs.push_back(graph.add_input("input" + std::to_string(inputs.size()), {input.shape(), input.type()}));
    graph.add(call.op, "op", inputs, call.attributes);
    const Node node = graph.nodes.back();
    for (const Value output : node.outputs) graph.set_output("result" + std::to_string(output), output);
    for (const auto &[leaf, tensor] : call.weights) graph.parameters.at(graph.parameter(node, leaf)).data = tensor;
    const MemoryPlan plan = plan_memory(graph);
    const auto executable = target_called(target).compile(std::move(graph), plan, {2});
    for (std::size_t i = 0; i < call.inputs.size(); ++i) executable->write(i, call.inputs[i]);
    executable->run();
    std::vector<Tensor> outputs;
    for (std::size_t i = 0; i < node.outputs.size(); ++i) outputs.push_back(executable->read(i));
    return outputs;
}

std::vector<std::string> targets() { return scene::targets(); }

} // namespace one_op
