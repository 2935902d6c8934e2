// SPDX-License-Identifier: Apache-2.0
// Inception-ResNet V2: Szegedy et al. 2016, "Inception-v4, Inception-ResNet and the Impact of Residual Connections on
// Learning", in the form and with the layer names of the published checkpoints.
#include <inception_modules/style.hpp>

namespace {

using namespace inception;

// Branches whose concatenation, brought to the depth of the input by a linear convolution, is scaled and added to it.
struct Block {
    std::string name;
    double scale;
    std::vector<Branch> branches;
    bool activated = true;
};

Block block35()
{
    return {"block35",
            0.17,
            {{conv("Conv2d_1x1", 1, 32)},
             {conv("Conv2d_0a_1x1", 1, 32), conv("Conv2d_0b_3x3", 3, 32)},
             {conv("Conv2d_0a_1x1", 1, 32), conv("Conv2d_0b_3x3", 3, 48), conv("Conv2d_0c_3x3", 3, 64)}}};
}

Block block17(std::int64_t rate)
{
    Block block{
        "block17",
        0.10,
        {{conv("Conv2d_1x1", 1, 192)},
         {conv("Conv2d_0a_1x1", 1, 128), conv("Conv2d_0b_1x7", {1, 7}, 160), conv("Conv2d_0c_7x1", {7, 1}, 192)}}};
    for (Branch &branch : block.branches)
        for (Layer &layer : branch.layers) layer.rate = rate;
    return block;
}

Block block8()
{
    return {"block8",
            0.20,
            {{conv("Conv2d_1x1", 1, 192)},
             {conv("Conv2d_0a_1x1", 1, 192), conv("Conv2d_0b_1x3", {1, 3}, 224), conv("Conv2d_0c_3x1", {3, 1}, 256)}}};
}

// The one after the repeated ones: unscaled, and without an activation.
Block last_block() { return {"Block8", 1.0, block8().branches, false}; }

std::vector<Module> mixed_5b()
{
    return {{"Mixed_5b",
             {{conv("Conv2d_1x1", 1, 96)},
              {conv("Conv2d_0a_1x1", 1, 48), conv("Conv2d_0b_5x5", 5, 64)},
              {conv("Conv2d_0a_1x1", 1, 64), conv("Conv2d_0b_3x3", 3, 96), conv("Conv2d_0c_3x3", 3, 96)},
              {average_pool("AvgPool_0a_3x3"), conv("Conv2d_0b_1x1", 1, 64)}}}};
}

std::vector<Module> mixed_6a(std::int64_t stride)
{
    return {
        {"Mixed_6a",
         {{conv("Conv2d_1a_3x3", 3, 384, stride, valid)},
          {conv("Conv2d_0a_1x1", 1, 256), conv("Conv2d_0b_3x3", 3, 256), conv("Conv2d_1a_3x3", 3, 384, stride, valid)},
          {max_pool("MaxPool_1a_3x3", stride, valid)}}}};
}

std::vector<Module> mixed_7a()
{
    return {{"Mixed_7a",
             {{conv("Conv2d_0a_1x1", 1, 256), conv("Conv2d_1a_3x3", 3, 384, 2, valid)},
              {conv("Conv2d_0a_1x1", 1, 256), conv("Conv2d_1a_3x3", 3, 288, 2, valid)},
              {conv("Conv2d_0a_1x1", 1, 256), conv("Conv2d_0b_3x3", 3, 288), conv("Conv2d_1a_3x3", 3, 320, 2, valid)},
              {max_pool("MaxPool_1a_3x3", 2, valid)}}}};
}

std::vector<Layer> last_layer() { return {conv("Conv2d_7b_1x1", 1, 1536)}; }

Value residual(Graph &g, const Style &style, Value x, const Block &block, const std::string &name)
{
    Value up;
    {
        const Scope scope(g, name);
        up = g.concat(style.add(g, x, block.branches), 3, "concat");
        up = g.conv2d(up, {.name = "Conv2d_1x1", .filters = g.shape(x)[3], .kernel = 1, .bias = true});
    }
    return g.add(x, up, {name, block.scale, block.activated ? style.activation : "none"});
}

// Under `scope` as <name>_1 to <name>_<count>.
Value repeat(Graph &g, const Style &style, Value x, const Block &block, int count, const std::string &scope_name)
{
    const Scope scope(g, scope_name);
    for (int i = 1; i <= count; ++i) x = residual(g, style, x, block, block.name + "_" + std::to_string(i));
    return x;
}

struct InceptionResnetV2 {
    static constexpr const char *id = "org.tradewind.inception_resnet_v2";
    static constexpr const char *version = "1.0.0";
    static constexpr const char *summary =
        "Inception-ResNet V2; taps Conv2d_1a_3x3 (stride 2) to PreAuxLogits (16) and Conv2d_7b_1x1 (32); second stage "
        "Mixed_7a to Conv2d_7b_1x1";
    static constexpr tw_preprocessing preprocessing = tradewind::rgb_preprocessing(2.0 / 255.0, 1.0);
    static constexpr tw_option options[] = {
        tradewind::integer("output_stride", "16", "8..16",
                           "8 or 16, of PreAuxLogits; with 8 a stride becomes a dilation and the trunk ends there"),
        padding_option,
        normalisation_option,
        gamma_option,
        epsilon_option,
        activation_option,
        tradewind::trunk::last_tap,
        tradewind::text("scope", "InceptionResnetV2", nullptr, "in front of every name of a weight"),
    };

    void trunk(Graph &g, Value x) const
    {
        const auto output_stride = g.integer("output_stride");
        if (output_stride != 8 && output_stride != 16)
            throw std::invalid_argument("output_stride is 8 or 16, not " + std::to_string(output_stride));
        Style style(g);
        style.padded = g.text("padding") == "same";
        Taps taps(g);
        const Scope scope(g, g.text("scope"));
        if (add_tapped(g, style, taps, x, deep_stem()) || add_tapped(g, style, taps, x, mixed_5b())) return;
        x = repeat(g, style, x, block35(), 10, "Repeat");
        if (add_tapped(g, style, taps, x, mixed_6a(output_stride / 8))) return;
        x = repeat(g, style, x, block17(16 / output_stride), 20, "Repeat_1");
        if (taps.add("PreAuxLogits", x)) return;
        if (output_stride == 16) {
            if (add_tapped(g, style, taps, x, mixed_7a())) return;
            x = last_blocks(g, style, x, "Repeat_2");
            if (add_tapped(g, style, taps, x, last_layer())) return;
        }
        taps.end();
    }

    // Its stride stays without padding, whatever the trunk has.
    Value tail(Graph &g, Value x) const
    {
        const Style style(g);
        const Scope scope(g, g.text("scope"));
        x = style.add(g, x, mixed_7a().front());
        x = last_blocks(g, style, x, "Repeat");
        return style.add(g, x, last_layer().front());
    }

private:
    static Value last_blocks(Graph &g, const Style &style, Value x, const std::string &scope)
    {
        x = repeat(g, style, x, block8(), 9, scope);
        return residual(g, style, x, last_block(), "Block8");
    }
};

} // namespace

TRADEWIND_PLUGIN(InceptionResnetV2)
