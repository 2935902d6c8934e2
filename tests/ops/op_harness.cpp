// SPDX-License-Identifier: Apache-2.0
// Running one op on a target.
#include "op_harness.h"

#include "detector/detector.h"
#include "ops/standard_ops.h"
#include "passes/passes.h"
#include "tensor/error.h"
#include "tensor/seed.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

using namespace tradewind;

namespace ops_test {
namespace {

std::vector<std::string> module_folders()
{
    std::vector<std::string> folders;
    const char *value = std::getenv("TRADEWIND_MODULE_PATH");
    std::istringstream stream(value ? value : "");
    for (std::string folder; std::getline(stream, folder, ':');) folders.push_back(folder);
    return folders;
}

void bind_parameters(Graph &graph, const OpCase &c)
{
    const Node &node = graph.nodes.front();
    if (node.parameters.size() != c.parameters.size())
        throw Error(ErrorCode::failed, "the case gives other weights than the node has", c.op);
    for (const auto &[leaf, tensor] : c.parameters) {
        ParameterInfo &info = graph.parameters.at(graph.parameter(node, leaf));
        if (info.shape != tensor.shape()) throw Error(ErrorCode::failed, leaf + " has another shape", c.op);
        info.data = tensor;
    }
}

} // namespace

Attributes attributes_of(const Settings &settings)
{
    Attributes attributes;
    for (const auto &[key, value] : settings) attributes.set(key, value);
    return attributes;
}

Graph graph_of(const OpCase &c)
{
    Graph graph(standard_ops());
    std::vector<Value> inputs;
    for (const Tensor &input : c.inputs)
        inputs.push_back(graph.add_input("input_" + std::to_string(inputs.size()), {input.shape(), input.type()}));
    graph.add(c.op, "node", inputs, attributes_of(c.settings));
    const std::vector<Value> outputs = graph.nodes.front().outputs;
    for (std::size_t i = 0; i < outputs.size(); ++i) graph.set_output("output_" + std::to_string(i), outputs[i]);
    bind_parameters(graph, c);
    return graph;
}

Harness::Harness(const std::string &target) : name_(target), target_(open_target(target, module_folders(), {})) {}

std::vector<Tensor> Harness::run(const OpCase &c) const { return run(graph_of(c), c.inputs); }

std::vector<Tensor> Harness::run(Graph graph, const std::vector<Tensor> &inputs) const
{
    for (const Node &node : graph.nodes)
        if (const std::string reason = target_->refuses(graph, node); !reason.empty())
            throw Error(ErrorCode::failed, reason, node.name);
    const std::size_t count = graph.outputs.size();
    const MemoryPlan plan = plan_memory(graph);
    const auto executable = target_->compile(std::move(graph), plan, {});
    for (std::size_t i = 0; i < inputs.size(); ++i) executable->write(i, inputs[i]);
    executable->run();
    std::vector<Tensor> outputs;
    for (std::size_t i = 0; i < count; ++i) outputs.push_back(executable->read(i));
    return outputs;
}

Tensor Harness::resize(const Picture &picture, ResizeMethod method, ImageSize size) const
{
    Graph graph(standard_ops());
    // Pixels are not negative: the node changes nothing.
    graph.set_output("pixels", graph.add("relu", "relu", {graph.add_input("image", {{1, size.height, size.width, 3}})}, {}));
    const MemoryPlan plan = plan_memory(graph);
    const auto executable = target_->compile(std::move(graph), plan, {});
    executable->resize_into(0, picture, method);
    executable->run();
    return executable->read(0);
}

std::vector<std::string> targets()
{
    for (const auto &folder : module_folders())
        if (std::filesystem::exists(folder + "/tradewind-target-onednn.so")) return {"reference", "cpu"};
    return {"reference"};
}

Tensor random_tensor(const std::string &name, const Shape &shape)
{
    Tensor tensor(shape);
    const std::uint64_t hash = seed_hash(name);
    for (std::int64_t i = 0; i < tensor.count(); ++i)
        tensor.floats()[i] = static_cast<float>(seed_bits(hash, static_cast<std::uint64_t>(i)) >> 40) * 0x1p-23f - 1;
    return tensor;
}

Tensor tensor_of(const Shape &shape, const std::vector<float> &values)
{
    Tensor tensor(shape);
    if (tensor.count() != static_cast<std::int64_t>(values.size()))
        throw Error(ErrorCode::failed, std::to_string(values.size()) + " numbers do not fill " + to_string(shape));
    std::copy(values.begin(), values.end(), tensor.floats());
    return tensor;
}

std::vector<float> floats(const Tensor &tensor) { return {tensor.floats(), tensor.floats() + tensor.count()}; }

} // namespace ops_test
