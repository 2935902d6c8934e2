// SPDX-License-Identifier: Apache-2.0
// Writes the network of a detector for programs that know nothing of this project: nodes with batch norms folded,
// activations and residual sums fused (passes that every framework has), separable stems as one convolution, weights,
// and values computed for one picture in float32, with which an export can be checked. Usage: export_network --model
// BUNDLE --picture FILE --output FOLDER [--set section.key=value,...] Writes FOLDER/graph.json and FOLDER/tensors.bin
// (float32, little-endian; offsets in elements).
#include "model_file.h"

#include "scene.h"

#include "detector/plan.h"
#include "ops/window.h"
#include "passes/passes.h"
#include "weights/binding.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

using namespace tradewind;
using nlohmann::json;

namespace {

class TensorFile {
public:
    explicit TensorFile(const std::string &path) : stream_(path, std::ios::binary)
    {
        stream_.exceptions(std::ios::failbit | std::ios::badbit);
    }

    json add(const Tensor &tensor)
    {
        const json place = {{"shape", tensor.shape()}, {"offset", offset_}};
        stream_.write(reinterpret_cast<const char *>(tensor.data()), static_cast<std::streamsize>(tensor.bytes()));
        offset_ += tensor.count();
        return place;
    }

private:
    std::ofstream stream_;
    std::int64_t offset_ = 0;
};

json axis(const WindowAxis &axis)
{
    return {{"kernel", axis.kernel}, {"stride", axis.stride}, {"dilation", axis.dilation},
            {"before", axis.before}, {"after", axis.after},   {"output", axis.output}};
}

json attributes(const Attributes &attributes)
{
    json all = json::object();
    for (const auto &[key, value] : attributes) std::visit([&, &name = key](const auto &v) { all[name] = v; }, value);
    return all;
}

json described(const Graph &graph, const Node &node, TensorFile &tensors)
{
    json one = {{"op", node.op->name},
                {"name", node.name},
                {"inputs", node.inputs},
                {"outputs", node.outputs},
                {"attributes", attributes(node.attributes)},
                {"parameters", json::object()},
                {"post_processing", node.op->post_processing}};
    for (const Parameter parameter : node.parameters) {
        const ParameterInfo &info = graph.parameters[parameter];
        one["parameters"][info.name.substr(info.name.rfind('/') + 1)] = tensors.add(values_of(info));
    }
    if (node.attributes.has("kernel")) {
        const Window window = window_of(node.attributes, graph.shape(node.inputs[0]));
        one["window"] = {{"y", axis(window.y)}, {"x", axis(window.x)}};
    }
    return one;
}

// Where an export may go wrong, or is cut: what goes into post-processing and comes out of it, and crops.
std::set<Value> values_to_record(const Graph &graph)
{
    std::set<Value> values;
    for (const Node &node : graph.nodes) {
        const bool crops = node.op->name.find("crop") != std::string::npos;
        if (!node.op->post_processing && !crops) continue;
        values.insert(node.inputs.begin(), node.inputs.end());
        values.insert(node.outputs.begin(), node.outputs.end());
    }
    return values;
}

json recorded(const Graph &graph, const Picture &picture, ResizeMethod method, TensorFile &tensors)
{
    Graph traced = graph;
    traced.outputs.clear();
    const auto values = values_to_record(graph);
    for (const Value value : values) traced.set_output("value " + std::to_string(value), value);
    const auto target = open_target("cpu", scene::module_folders(), {});
    const auto executable = compile(std::move(traced), *target, {});
    Tensor resized(graph.shape(graph.inputs.front().value));
    resize(picture, method, {resized.shape()[1], resized.shape()[2]}, resized.floats());
    executable->write(0, resized);
    executable->run();
    json all = {{std::to_string(graph.inputs.front().value), tensors.add(resized)}};
    std::size_t output = 0;
    for (const Value value : values) all[std::to_string(value)] = tensors.add(executable->read(output++));
    return all;
}

Graph plain_graph(const Model &model, ImageSize size)
{
    Graph graph = describe(model, size);
    bind(graph, model.weights);
    keep_detections_only(graph);
    remove_dead_nodes(graph);
    fold_batch_norm(graph);
    fold_separable(graph);
    fuse_residual(graph);
    fuse_activation(graph);
    return graph;
}

json named(const std::vector<NamedValue> &values)
{
    json all = json::object();
    for (const auto &one : values) all[one.name] = one.value;
    return all;
}

void export_network(const Model &model, const Picture &picture, const std::string &folder)
{
    const Graph graph = plain_graph(model, resized_size(model, {picture.height, picture.width}));
    std::filesystem::create_directories(folder);
    TensorFile tensors(folder + "/tensors.bin");
    json file = {{"model", model.name()},
                 {"multiply_adds", graph.cost().multiply_adds},
                 {"resize", model.settings.text("image.method")},
                 {"inputs", named(graph.inputs)},
                 {"outputs", named(graph.outputs)},
                 {"nodes", json::array()},
                 {"shapes", json::array()}};
    for (const ValueInfo &value : graph.values) file["shapes"].push_back(value.type.shape);
    for (const Node &node : graph.nodes) file["nodes"].push_back(described(graph, node, tensors));
    file["recorded"] = recorded(graph, picture, resize_method(model), tensors);
    std::ofstream(folder + "/graph.json") << file.dump(1);
}

} // namespace

int main(int count, char **arguments)
try {
    const auto options = peers::options_of(count, arguments);
    export_network(peers::model_of(options), scene::picture(options.at("picture")), options.at("output"));
    return 0;
} catch (const std::exception &error) {
    std::fprintf(stderr, "export_network: %s\n", error.what());
    return 1;
}
