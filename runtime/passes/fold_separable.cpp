// SPDX-License-Identifier: Apache-2.0
// A depthwise and a 1x1 convolution with nothing between them are one convolution of the depthwise one's kernel. On the
// few channels of a picture that takes more multiply-adds but less time: depthwise layers run at a fraction of the
// speed of others, and those of several filters a channel at less still.
#include "passes/passes.h"
#include "passes/single_use.h"

#include <algorithm>

namespace tradewind {
namespace {

constexpr std::int64_t few_channels = 4;

bool is_plain_depthwise(const Node *node)
{
    return node && node->op->name == "depthwise_conv2d" && node->attributes.text("activation") == "none" &&
           node->attributes.integer("bias") == 0;
}

bool is_pointwise(const Node &node)
{
    const std::vector<std::int64_t> ones{1, 1};
    return node.op->name == "conv2d" && node.inputs.size() == 1 && node.attributes.integers("kernel") == ones &&
           node.attributes.integers("stride") == ones && node.attributes.text("padding") != "explicit";
}

double factor(const ParameterInfo &parameter, std::size_t channel)
{
    return parameter.factors ? (*parameter.factors)[channel] : 1.0;
}

// HWIO of the HWIM weights of the one and the CO weights of the other, in double, rounded once.
Tensor product_of(const ParameterInfo &depthwise, const ParameterInfo &pointwise, const Shape &shape)
{
    Tensor product(shape);
    const auto filters = static_cast<std::size_t>(shape[3]), channels = static_cast<std::size_t>(shape[2]),
               multiplier = static_cast<std::size_t>(depthwise.shape[3]);
    const auto count = static_cast<std::size_t>(product.count()) / filters; // of pixels and channels of the kernel
    std::vector<double> sums(filters);
    for (std::size_t i = 0; i < count; ++i) {
        std::fill(sums.begin(), sums.end(), 0.0);
        for (std::size_t j = 0; j < multiplier; ++j) {
            const std::size_t between = i % channels * multiplier + j;
            // Factors of a depthwise layer follow its output channels as they lie in memory.
            const double weight = depthwise.data.floats()[i * multiplier + j] * factor(depthwise, between);
            const float *row = pointwise.data.floats() + between * filters;
            for (std::size_t f = 0; f < filters; ++f) sums[f] += weight * row[f];
        }
        for (std::size_t f = 0; f < filters; ++f)
            product.floats()[i * filters + f] = static_cast<float>(sums[f] * factor(pointwise, f));
    }
    return product;
}

Node fused(Graph &graph, const Node &depthwise, const Node &pointwise)
{
    Node node = pointwise;
    node.inputs = depthwise.inputs;
    for (const char *name : {"kernel", "stride", "dilation", "padding", "pads"})
        node.attributes.set(name, *depthwise.attributes.find(name));
    node.attributes.set("separable", std::int64_t{0});
    node.may_quantise = depthwise.may_quantise && pointwise.may_quantise;
    ParameterInfo &first = graph.parameters[depthwise.parameters.front()],
                  &second = graph.parameters[pointwise.parameters.front()];
    ParameterInfo weights{pointwise.name + "/weights",
                          {first.shape[0], first.shape[1], first.shape[2], second.shape[3]}};
    if (!first.data.empty() && !second.data.empty()) weights.data = product_of(first, second, weights.shape);
    first = {};
    second = std::move(weights);
    return node;
}

} // namespace

void fold_separable(Graph &graph)
{
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        if (!is_pointwise(graph.nodes[i])) continue;
        const Node *depthwise = sole_producer(graph, graph.nodes[i].inputs[0]);
        if (!is_plain_depthwise(depthwise) || graph.shape(depthwise->inputs[0])[3] > few_channels) continue;
        graph.nodes[i] = fused(graph, *depthwise, graph.nodes[i]);
        graph.nodes.erase(graph.nodes.begin() + (depthwise - graph.nodes.data()));
        --i;
    }
}

} // namespace tradewind
