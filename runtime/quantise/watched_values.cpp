// SPDX-License-Identifier: Apache-2.0
// Values as outputs.
#include "quantise/watched_values.h"

#include "passes/passes.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace tradewind {
namespace {

bool has_numbers(const ValueInfo &info)
{
    return info.type.type == ElementType::f32 && element_count(info.type.shape) > 1;
}

bool makes_detections(const Node &node) { return node.op->post_processing || node.op->selects; }

Tensor first_rows(const Tensor &tensor, std::int64_t rows)
{
    Shape shape = tensor.shape();
    if (shape.empty() || rows >= shape.front()) return tensor;
    shape.front() = rows;
    Tensor part(shape);
    std::memcpy(part.data(), tensor.data(), part.bytes());
    return part;
}

} // namespace

std::vector<Value> network_values(const Graph &graph)
{
    std::set<Value> of_layers;
    for (const Node &node : graph.nodes) {
        if (node.parameters.empty() || makes_detections(node)) continue;
        of_layers.insert(node.inputs.begin(), node.inputs.end());
        of_layers.insert(node.outputs.begin(), node.outputs.end());
    }
    std::vector<Value> values;
    for (const Node &node : graph.nodes) {
        if (makes_detections(node)) continue;
        for (const Value value : node.outputs)
            if (has_numbers(graph.info(value)) && (graph.shape(value).size() == 4 || of_layers.count(value)))
                values.push_back(value);
    }
    return values;
}

std::vector<Value> head_values(const Graph &graph)
{
    std::set<Value> heads;
    for (const Node &node : graph.nodes) {
        if (!makes_detections(node)) continue;
        for (const Value value : node.inputs)
            if (const Node *producer = graph.producer(value);
                producer && !makes_detections(*producer) && has_numbers(graph.info(value)))
                heads.insert(value);
    }
    return {heads.begin(), heads.end()};
}

WatchedNetwork::WatchedNetwork(Graph graph, std::vector<Value> values, Target &target, const DetectorOptions &options,
                               std::shared_ptr<SharedWeights> shared)
{
    graph.outputs.clear();
    for (const Value value : values) {
        names_.push_back(graph.info(value).name);
        graph.outputs.push_back({names_.back(), value});
    }
    std::map<Value, std::size_t> places;
    for (const Value value : values) {
        const Value count = graph.info(value).count;
        if (count != 0 && !places.count(count)) {
            places[count] = graph.outputs.size();
            graph.outputs.push_back({"live rows of " + graph.info(value).name, count});
        }
        counts_.push_back(count == 0 ? 0 : places[count]);
    }
    remove_dead_nodes(graph);
    executable_ = compile(std::move(graph), target, options, std::move(shared));
}

void WatchedNetwork::run(const Picture &picture, ResizeMethod method)
{
    executable_->resize_into(0, picture, method);
    executable_->run();
}

Tensor WatchedNetwork::read(std::size_t value) const
{
    const Tensor whole = executable_->read(value);
    if (counts_[value] == 0) return whole;
    return first_rows(whole, static_cast<std::int64_t>(executable_->read(counts_[value]).floats()[0]));
}

} // namespace tradewind
