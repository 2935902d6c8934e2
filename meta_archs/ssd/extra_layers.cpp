// SPDX-License-Identifier: Apache-2.0
// The layers that SSD appends to its extractor, with the names of the published checkpoints.
#include "extra_layers.h"

#include <algorithm>

namespace ssd {
namespace {

using namespace tradewind;

std::int64_t scaled(const Graph &g, std::int64_t depth)
{
    const auto product = static_cast<std::int64_t>(static_cast<double>(depth) * g.real("depth_multiplier"));
    return std::max(product, g.integer("min_depth"));
}

Value layer(Graph &g, Value x, Conv conv)
{
    const bool normalised = g.text("normalisation") == "batch_norm";
    conv.bias = !normalised;
    x = g.conv2d(x, conv);
    if (normalised) x = g.batch_norm(x, {.name = conv.name + "/BatchNorm", .epsilon = g.real("epsilon")});
    return g.text("activation") == "relu6" ? g.relu6(x, conv.name + "/Relu6") : g.relu(x, conv.name + "/Relu");
}

Value even_sides(Graph &g, Value x, const std::string &name)
{
    const auto shape = g.shape(x);
    if (shape.size() != 4 || (shape[1] % 2 == 0 && shape[2] % 2 == 0)) return x;
    return g.pad(x, 0, shape[1] % 2, 0, shape[2] % 2, name);
}

Value extra_layer(Graph &g, Value x, const std::string &base, std::size_t index, std::int64_t depth,
                  std::int64_t kernel)
{
    const std::string number = "Conv2d_" + std::to_string(index), side = std::to_string(kernel);
    const std::int64_t half = scaled(g, depth / 2), full = scaled(g, depth);
    x = layer(g, x, {.name = base + "_1_" + number + "_1x1_" + std::to_string(half), .filters = half, .kernel = 1});
    const std::string name = base + "_2_" + number + "_" + side + "x" + side + "_s2_" + std::to_string(full);
    if (g.text("generation") == "g1") x = even_sides(g, x, name + "/pad");
    return layer(g, x, {.name = name, .filters = full, .kernel = kernel, .stride = 2});
}

} // namespace

std::vector<Value> with_extra_layers(Graph &g, const std::vector<Tap> &base)
{
    std::vector<Value> maps;
    for (const auto &tap : base) maps.push_back(tap.value);
    const Tap &last = base.back();
    const Scope scope(g, g.text("extra_scope") == "tap" ? last.scope : "FeatureExtractor");
    Value x = last.value;
    const auto depths = g.integers("extra_layers"), kernels = g.integers("extra_kernels");
    for (std::size_t i = 0; i < depths.size(); ++i) {
        const std::int64_t kernel = kernels.empty() ? 3 : kernels[std::min(i, kernels.size() - 1)];
        x = extra_layer(g, x, last.name, maps.size(), depths[i], kernel);
        maps.push_back(x);
    }
    return maps;
}

} // namespace ssd
