// SPDX-License-Identifier: Apache-2.0
// inception_modules/style.hpp -- What the options of an Inception network say of every layer, and adding its layers and
// modules to a graph so.
#ifndef TRADEWIND_INCEPTION_MODULES_STYLE_HPP
#define TRADEWIND_INCEPTION_MODULES_STYLE_HPP

#include <inception_modules/layers.hpp>
#include <trunk/taps.hpp>

#include <algorithm>

namespace inception {

using tradewind::Graph;
using tradewind::Scope;
using tradewind::Value;
using tradewind::trunk::Taps;

// ---- options that these networks share, apart from their defaults

inline constexpr tw_option gamma_option =
    tradewind::flag("gamma", "false", "whether batch norms have a learned scale (classifiers have none)");
inline constexpr tw_option normalisation_option = tradewind::text(
    "normalisation", "batch_norm", "batch_norm|none", "none: biases in place of batch norm, which was folded");
inline constexpr tw_option epsilon_option = tradewind::real("epsilon", "0.001", "0..1", "of the batch norms");
inline constexpr tw_option activation_option = tradewind::text("activation", "relu", "relu|relu6", "after every layer");
inline constexpr tw_option depth_multiplier_option =
    tradewind::real("depth_multiplier", "1.0", "0.01..4", "factor on the channels of every layer");
inline constexpr tw_option min_depth_option =
    tradewind::integer("min_depth", "16", "1..1024", "the fewest channels of a layer");
inline constexpr tw_option padding_option =
    tradewind::text("padding", "valid", "valid|same",
                    "of the trunk's layers published without padding: first ones and those with a stride");

// ---- layers and modules

struct Style {
    bool normalised, gamma;
    double epsilon;
    std::string activation;
    double depth_multiplier = 1;
    std::int64_t min_depth = 1;
    bool padded = false; // also where the published layer is not

    explicit Style(const Graph &g)
        : normalised(g.text("normalisation") == "batch_norm"), gamma(g.flag("gamma")), epsilon(g.real("epsilon")),
          activation(g.text("activation"))
    {
    }

    std::int64_t depth(std::int64_t nominal) const
    {
        return std::max(static_cast<std::int64_t>(static_cast<double>(nominal) * depth_multiplier), min_depth);
    }

    // The batch norm, if there is one, and the activation after a convolution called `name`.
    Value finish(Graph &g, Value x, const std::string &name, bool batch_norm) const
    {
        if (batch_norm) x = g.batch_norm(x, {.name = name + "/BatchNorm", .epsilon = epsilon, .gamma = gamma});
        return activation == "relu6" ? g.relu6(x, name + "/Relu6") : g.relu(x, name + "/Relu");
    }

    Value add(Graph &g, Value x, const Layer &layer) const
    {
        const Padding &padding = padded ? same : layer.padding;
        if (layer.op == Layer::max_pool)
            return g.max_pool(x, {layer.name, layer.kernel, layer.stride, padding, "floor"});
        if (layer.op == Layer::average_pool)
            return g.avg_pool(x, {layer.name, layer.kernel, layer.stride, padding, "floor"});
        // A kernel one pixel wide has no rate: fast kernels for 1x1 are found when none is stated.
        const Size rate(layer.kernel.y > 1 ? layer.rate : 1, layer.kernel.x > 1 ? layer.rate : 1);
        x = g.conv2d(x, {.name = layer.name,
                         .filters = depth(layer.depth),
                         .kernel = layer.kernel,
                         .stride = layer.stride,
                         .dilation = rate,
                         .padding = padding,
                         .bias = !normalised});
        return finish(g, x, layer.name, normalised);
    }

    // The results of all branches.
    std::vector<Value> add(Graph &g, Value x, const std::vector<Branch> &branches) const
    {
        std::vector<Value> results;
        for (const Branch &branch : branches)
            results.push_back(add(g, x, branch, "Branch_" + std::to_string(results.size())));
        return results;
    }

    Value add(Graph &g, Value x, const Module &module) const
    {
        std::vector<Value> results;
        {
            const Scope scope(g, module.name);
            results = add(g, x, module.branches);
        }
        return g.concat(results, 3, module.name);
    }

private:
    Value add(Graph &g, Value x, const Branch &branch, const std::string &name) const
    {
        std::vector<Value> parts;
        {
            const Scope scope(g, name);
            for (const Layer &layer : branch.layers) x = add(g, x, layer);
            for (const Layer &layer : branch.split) parts.push_back(add(g, x, layer));
        }
        return parts.empty() ? x : g.concat(parts, 3, name);
    }
};

// For networks with the options depth_multiplier and min_depth.
inline Style with_depths(const Graph &g)
{
    Style style(g);
    style.depth_multiplier = g.real("depth_multiplier");
    style.min_depth = g.integer("min_depth");
    return style;
}

// Adds layers or modules one after the other, each a tap under its name. True when the trunk ends among them.
template <class Row>
[[nodiscard]] bool add_tapped(Graph &g, const Style &style, Taps &taps, Value &x, const std::vector<Row> &rows)
{
    for (const Row &row : rows)
        if (taps.add(row.name, x = style.add(g, x, row))) return true;
    return false;
}

} // namespace inception

#endif // TRADEWIND_INCEPTION_MODULES_STYLE_HPP
