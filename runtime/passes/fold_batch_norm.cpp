// SPDX-License-Identifier: Apache-2.0
// Batch norm with fixed statistics is a scale and a shift per channel; both go into the convolution before it.
#include "passes/passes.h"
#include "passes/single_use.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace tradewind {
namespace {

bool can_absorb(const Node &node)
{
    const bool convolution =
        node.op->name == "conv2d" || node.op->name == "depthwise_conv2d" || node.op->name == "dense";
    return convolution && node.inputs.size() == 1 && node.attributes.text("activation") == "none";
}

const Tensor &data(const Graph &graph, const Node &node, const std::string &leaf)
{
    return graph.parameters[graph.parameter(node, leaf)].data;
}

std::vector<double> scales(const Graph &graph, const Node &norm)
{
    const Tensor &variance = data(graph, norm, "moving_variance");
    const bool has_gamma = graph.parameter(norm, "gamma") != 0;
    std::vector<double> scale(static_cast<std::size_t>(variance.count()));
    for (std::size_t c = 0; c < scale.size(); ++c) {
        scale[c] = 1.0 / std::sqrt(variance.floats()[c] + norm.attributes.real("epsilon"));
        if (has_gamma) scale[c] *= data(graph, norm, "gamma").floats()[c];
    }
    return scale;
}

Tensor shifted_biases(const Graph &graph, const Node &norm, const Tensor &biases, const std::vector<double> &scale)
{
    Tensor result({static_cast<std::int64_t>(scale.size())});
    const float *beta = data(graph, norm, "beta").floats(), *mean = data(graph, norm, "moving_mean").floats();
    for (std::size_t c = 0; c < scale.size(); ++c) {
        const double before = biases.empty() ? 0.0 : biases.floats()[c];
        result.floats()[c] = static_cast<float>(beta[c] + (before - mean[c]) * scale[c]);
    }
    return result;
}

Parameter biases_of(Graph &graph, Node &convolution, std::int64_t channels)
{
    if (const Parameter biases = graph.parameter(convolution, "biases")) return biases;
    convolution.attributes.set("bias", std::int64_t{1});
    convolution.parameters.push_back(graph.add_parameter({convolution.name + "/biases", {channels}}));
    return convolution.parameters.back();
}

void absorb(Graph &graph, Node &convolution, const Node &norm)
{
    const std::int64_t channels = graph.shape(norm.outputs[0]).back();
    const Parameter biases = biases_of(graph, convolution, channels);
    auto &weights = graph.parameters[convolution.parameters.front()];
    if (!weights.data.empty()) {
        auto scale = scales(graph, norm);
        graph.parameters[biases].data = shifted_biases(graph, norm, graph.parameters[biases].data, scale);
        if (weights.factors)
            std::transform(scale.begin(), scale.end(), weights.factors->begin(), scale.begin(), std::multiplies<>());
        weights.factors = std::make_shared<const std::vector<double>>(std::move(scale));
    }
    for (const Parameter parameter : norm.parameters) graph.parameters[parameter].data = {};
}

} // namespace

void fold_batch_norm(Graph &graph)
{
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        if (graph.nodes[i].op->name != "batch_norm") continue;
        const Node norm = graph.nodes[i];
        Node *convolution = sole_producer(graph, norm.inputs[0]);
        if (!convolution || !can_absorb(*convolution)) continue;
        absorb(graph, *convolution, norm);
        const Value output = convolution->outputs.front();
        bypass(graph, norm.name, output);
        --i;
    }
}

} // namespace tradewind
