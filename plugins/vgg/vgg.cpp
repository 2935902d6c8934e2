// SPDX-License-Identifier: Apache-2.0
// VGG: Simonyan and Zisserman 2015, table 1, columns D (16 layers) and E (19), with the layer names of the published
// checkpoints; fc6 and fc7 as convolutions, also in the form of Liu et al. 2016.
#include <trunk/taps.hpp>

namespace {

using namespace tradewind;

struct Stage {
    std::int64_t depth, layers_16, layers_19;
};

constexpr Stage stages[] = {{64, 2, 2}, {128, 2, 2}, {256, 3, 4}, {512, 3, 4}, {512, 3, 4}};
constexpr std::int64_t fc_depth = 4096, fc_depth_convolution = 1024;

struct Vgg {
    static constexpr const char *id = "org.tradewind.vgg";
    static constexpr const char *version = "1.0.0";
    static constexpr const char *summary =
        "VGG-16 and VGG-19; taps conv1_1 (stride 1) to conv5_3 (16), pools, fc6, fc7; as second stage fc6 and fc7";
    static constexpr tw_preprocessing preprocessing{
        sizeof(tw_preprocessing), 0, "rgb", {1, 1, 1}, {123.68, 116.779, 103.939}};
    static constexpr tw_option options[] = {
        integer("depth", "16", "16..19", "16 or 19 layers with weights"),
        text("pools", "valid", "valid|same", "padding of pool1 to pool5: same rounds sizes up"),
        text("fc", "none", "none|convolution|classifier",
             "what follows pool5: none; convolution: fc6 3x3 with dilation 6 and fc7 on a pool5 of stride 1; "
             "classifier: fc6 7x7 and fc7 as published"),
        trunk::last_tap,
        text("scope", "vgg_16", nullptr, "in front of every name of a weight"),
    };

    void trunk(Graph &g, Value x) const
    {
        const auto layers = depth(g);
        const std::string fc = g.text("fc");
        const Scope scope(g, g.text("scope"));
        trunk::Taps taps(g);
        for (std::size_t i = 0; i < std::size(stages); ++i)
            if (stage(g, x, taps, i, layers, fc == "convolution")) return;
        if (fc != "none" && fully_connected(g, x, taps, fc)) return;
        taps.end();
    }

    // Regions are what fc6 was trained on, 7 x 7.
    Value tail(Graph &g, Value regions) const
    {
        const Scope scope(g, g.text("scope"));
        return fc7(g, fc6(g, regions), fc_depth);
    }

private:
    static std::int64_t depth(Graph &g)
    {
        const auto depth = g.integer("depth");
        if (depth != 16 && depth != 19) throw std::invalid_argument("depth is 16 or 19, not " + std::to_string(depth));
        return depth;
    }

    // True when the trunk ends in this stage.
    static bool stage(Graph &g, Value &x, trunk::Taps &taps, std::size_t index, std::int64_t depth, bool dense_pool5)
    {
        const std::string number = std::to_string(index + 1);
        const Stage &stage = stages[index];
        {
            const Scope scope(g, "conv" + number);
            for (std::int64_t i = 1; i <= (depth == 16 ? stage.layers_16 : stage.layers_19); ++i) {
                const std::string name = "conv" + number + "_" + std::to_string(i);
                x = g.conv2d(x, {.name = name, .filters = stage.depth, .bias = true});
                x = g.relu(x, name + "/Relu");
                if (taps.add(name, x)) return true;
            }
        }
        const std::string name = "pool" + number;
        const bool dense = dense_pool5 && index + 1 == std::size(stages); // fc6 is dilated in place of its stride
        x = dense ? g.max_pool(x, {.name = name, .kernel = 3, .stride = 1, .padding = same})
                  : g.max_pool(x, {.name = name, .padding = g.text("pools") == "same" ? same : valid});
        return taps.add(name, x);
    }

    static bool fully_connected(Graph &g, Value x, trunk::Taps &taps, const std::string &form)
    {
        const bool dilated = form == "convolution";
        x = dilated ? fc6_dilated(g, x) : fc6(g, x);
        if (taps.add("fc6", x)) return true;
        return taps.add("fc7", fc7(g, x, dilated ? fc_depth_convolution : fc_depth));
    }

    static Value fc6(Graph &g, Value x)
    {
        x = g.conv2d(x, {.name = "fc6", .filters = fc_depth, .kernel = 7, .padding = valid, .bias = true});
        return g.relu(x, "fc6/Relu");
    }

    static Value fc6_dilated(Graph &g, Value x)
    {
        x = g.conv2d(x, {.name = "fc6", .filters = fc_depth_convolution, .dilation = 6, .bias = true});
        return g.relu(x, "fc6/Relu");
    }

    static Value fc7(Graph &g, Value x, std::int64_t depth)
    {
        x = g.conv2d(x, {.name = "fc7", .filters = depth, .kernel = 1, .bias = true});
        return g.relu(x, "fc7/Relu");
    }
};

} // namespace

TRADEWIND_PLUGIN(Vgg)
