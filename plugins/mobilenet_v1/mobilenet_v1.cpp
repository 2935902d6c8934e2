// SPDX-License-Identifier: Apache-2.0
// MobileNet V1: Howard et al. 2017, table 1, with the layer names of the published checkpoints.
#include <trunk/striding.hpp>
#include <trunk/taps.hpp>

#include <algorithm>

namespace {

using namespace tradewind;

struct Layer {
    std::int64_t stride, depth; // of the depthwise convolution; of the pointwise one
};

constexpr std::int64_t first_depth = 32;
constexpr Layer layers[] = {{1, 64},  {2, 128}, {1, 128}, {2, 256}, {1, 256},  {2, 512}, {1, 512},
                            {1, 512}, {1, 512}, {1, 512}, {1, 512}, {2, 1024}, {1, 1024}};
constexpr std::int64_t tail_depth = 1024;

// What the options say of every layer.
struct Style {
    double depth_multiplier, epsilon;
    std::int64_t min_depth;
    bool normalised, gamma;
    std::string activation;

    explicit Style(const Graph &g)
        : depth_multiplier(g.real("depth_multiplier")), epsilon(g.real("epsilon")), min_depth(g.integer("min_depth")),
          normalised(g.text("normalisation") == "batch_norm"), gamma(g.flag("gamma")), activation(g.text("activation"))
    {
    }

    std::int64_t depth(std::int64_t nominal) const
    {
        return std::max(static_cast<std::int64_t>(static_cast<double>(nominal) * depth_multiplier), min_depth);
    }

    Value finish(Graph &g, Value x, const std::string &name) const
    {
        if (normalised) x = g.batch_norm(x, {.name = name + "/BatchNorm", .epsilon = epsilon, .gamma = gamma});
        return activation == "relu6" ? g.relu6(x, name + "/Relu6") : g.relu(x, name + "/Relu");
    }
};

struct MobilenetV1 {
    static constexpr const char *id = "org.tradewind.mobilenet_v1";
    static constexpr const char *version = "1.0.0";
    static constexpr const char *summary =
        "MobileNet V1; taps Conv2d_1_pointwise (stride 2) to Conv2d_13_pointwise (stride 32); "
        "as second stage two separable convolutions";
    static constexpr tw_preprocessing preprocessing = rgb_preprocessing(2.0 / 255.0, 1.0);
    static constexpr tw_option options[] = {
        real("depth_multiplier", "1.0", "0.01..4", "factor on the channels of every layer"),
        integer("min_depth", "8", "1..1024", "the fewest channels of a layer (8 in classifiers, 16 in detectors)"),
        trunk::output_stride,
        trunk::last_tap,
        text("normalisation", "batch_norm", "batch_norm|none", "none: biases in place of batch norm, which was folded"),
        flag("gamma", "true", "whether batch norms have a learned scale"),
        real("epsilon", "0.001", "0..1", "of the batch norms"),
        text("activation", "relu6", "relu|relu6", "after every layer"),
        text("scope", "MobilenetV1", nullptr, "in front of every name of a weight"),
    };

    void trunk(Graph &g, Value x) const
    {
        const Style style(g);
        trunk::Striding striding(g, 2); // the first convolution has stride 2
        trunk::Taps taps(g);
        const Scope scope(g, g.text("scope"));
        x = g.conv2d(x,
                     {.name = "Conv2d_0", .filters = style.depth(first_depth), .stride = 2, .bias = !style.normalised});
        x = style.finish(g, x, "Conv2d_0");
        for (std::size_t i = 0; i < std::size(layers); ++i) {
            const std::string name = "Conv2d_" + std::to_string(i + 1);
            x = separable(g, x, style, striding.next(layers[i].stride), name, style.depth(layers[i].depth));
            if (taps.add(name + "_pointwise", x)) return;
        }
        taps.end();
    }

    // Not the trunk's last two layers: the published detectors have no batch norm between the halves of these.
    Value tail(Graph &g, Value regions) const
    {
        const Style style(g);
        const Scope scope(g, g.text("scope"));
        const std::int64_t depth = style.depth(tail_depth);
        Value x = regions;
        for (const auto &[name, stride] : {std::pair{"Conv2d_12_pointwise", 2}, std::pair{"Conv2d_13_pointwise", 1}}) {
            x = g.separable_conv2d(x, {.name = name, .filters = depth, .stride = stride, .bias = !style.normalised});
            x = style.finish(g, x, name);
        }
        return x;
    }

private:
    static Value separable(Graph &g, Value x, const Style &style, trunk::Striding::Step step, const std::string &name,
                           std::int64_t depth)
    {
        const std::string depthwise = name + "_depthwise", pointwise = name + "_pointwise";
        x = g.depthwise_conv2d(
            x, {.name = depthwise, .stride = step.stride, .dilation = step.dilation, .bias = !style.normalised});
        x = style.finish(g, x, depthwise);
        x = g.conv2d(x, {.name = pointwise, .filters = depth, .kernel = 1, .bias = !style.normalised});
        return style.finish(g, x, pointwise);
    }
};

} // namespace

TRADEWIND_PLUGIN(MobilenetV1)
