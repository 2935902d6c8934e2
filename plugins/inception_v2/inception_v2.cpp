// SPDX-License-Identifier: Apache-2.0
// Inception V2: Ioffe and Szegedy 2015, "Batch Normalization", figure 5, with the separable first layer and the layer
// names of the published checkpoints.
#include <inception_modules/style.hpp>

namespace {

using namespace inception;

constexpr std::int64_t stem_depth = 64, stem_multiplier = 8;

// Depths of a module that keeps the size: 1x1; 1x1 and 3x3; 1x1, 3x3 and 3x3; 1x1 after a pool.
struct Depths {
    std::int64_t only, before_3x3, after_3x3, before_two, first_of_two, second_of_two, after_pool;
};

Module keeping_size(const std::string &name, const Depths &depths, const Layer &pool = average_pool("AvgPool_0a_3x3"))
{
    return {name,
            {{conv("Conv2d_0a_1x1", 1, depths.only)},
             {conv("Conv2d_0a_1x1", 1, depths.before_3x3), conv("Conv2d_0b_3x3", 3, depths.after_3x3)},
             {conv("Conv2d_0a_1x1", 1, depths.before_two), conv("Conv2d_0b_3x3", 3, depths.first_of_two),
              conv("Conv2d_0c_3x3", 3, depths.second_of_two)},
             {pool, conv("Conv2d_0b_1x1", 1, depths.after_pool)}}};
}

// Depths of a module with stride 2: 1x1 and 3x3; 1x1, 3x3 and 3x3. A pool is beside them.
struct HalvingDepths {
    std::int64_t before_3x3, after_3x3, before_two, first_of_two, second_of_two;
};

Module halving_size(const std::string &name, const HalvingDepths &depths)
{
    return {name,
            {{conv("Conv2d_0a_1x1", 1, depths.before_3x3), conv("Conv2d_1a_3x3", 3, depths.after_3x3, 2)},
             {conv("Conv2d_0a_1x1", 1, depths.before_two), conv("Conv2d_0b_3x3", 3, depths.first_of_two),
              conv("Conv2d_1a_3x3", 3, depths.second_of_two, 2)},
             {max_pool("MaxPool_1a_3x3", 2)}}};
}

std::vector<Layer> first_layers()
{
    return {max_pool("MaxPool_2a_3x3", 2), conv("Conv2d_2b_1x1", 1, 64), conv("Conv2d_2c_3x3", 3, 192),
            max_pool("MaxPool_3a_3x3", 2)};
}

std::vector<Module> first_modules()
{
    return {keeping_size("Mixed_3b", {64, 64, 64, 64, 96, 96, 32}),
            keeping_size("Mixed_3c", {64, 64, 96, 64, 96, 96, 64}),
            halving_size("Mixed_4a", {128, 160, 64, 96, 96}),
            keeping_size("Mixed_4b", {224, 64, 96, 96, 128, 128, 128}),
            keeping_size("Mixed_4c", {192, 96, 128, 96, 128, 128, 128}),
            keeping_size("Mixed_4d", {160, 128, 160, 128, 160, 160, 96}),
            keeping_size("Mixed_4e", {96, 128, 192, 160, 192, 192, 96})};
}

std::vector<Module> last_modules()
{
    return {halving_size("Mixed_5a", {128, 192, 192, 256, 256}),
            keeping_size("Mixed_5b", {352, 192, 320, 160, 224, 224, 128}),
            // The one module that takes the maximum.
            keeping_size("Mixed_5c", {352, 192, 320, 192, 224, 224, 128}, max_pool("MaxPool_0a_3x3"))};
}

struct InceptionV2 {
    static constexpr const char *id = "org.tradewind.inception_v2";
    static constexpr const char *version = "1.0.0";
    static constexpr const char *summary =
        "Inception V2; taps Conv2d_1a_7x7 (stride 2) to Mixed_5c (stride 32); second stage Mixed_5a to Mixed_5c";
    static constexpr tw_preprocessing preprocessing = tradewind::rgb_preprocessing(2.0 / 255.0, 1.0);
    static constexpr tw_option options[] = {
        tradewind::text("stem", "bias", "bias|batch_norm", "what Conv2d_1a_7x7 has: bias in classifiers"),
        depth_multiplier_option,
        min_depth_option,
        normalisation_option,
        gamma_option,
        epsilon_option,
        activation_option,
        tradewind::trunk::last_tap,
        tradewind::text("scope", "InceptionV2", nullptr, "in front of every name of a weight"),
    };

    void trunk(Graph &g, Value x) const
    {
        const Style style = with_depths(g);
        Taps taps(g);
        const Scope scope(g, g.text("scope"));
        x = stem(g, style, x);
        if (taps.add("Conv2d_1a_7x7", x)) return;
        if (add_tapped(g, style, taps, x, first_layers()) || add_tapped(g, style, taps, x, first_modules()) ||
            add_tapped(g, style, taps, x, last_modules()))
            return;
        taps.end();
    }

    Value tail(Graph &g, Value x) const
    {
        const Style style = with_depths(g);
        const Scope scope(g, g.text("scope"));
        for (const Module &module : last_modules()) x = style.add(g, x, module);
        return x;
    }

private:
    static Value stem(Graph &g, const Style &style, Value x)
    {
        const std::string name = "Conv2d_1a_7x7";
        const std::int64_t depth = style.depth(stem_depth), channels = std::max<std::int64_t>(g.shape(x)[3], 1);
        const bool normalised = style.normalised && g.text("stem") == "batch_norm";
        x = g.separable_conv2d(x, {.name = name,
                                   .filters = depth,
                                   .multiplier = std::min(depth / channels, stem_multiplier),
                                   .kernel = 7,
                                   .stride = 2,
                                   .bias = !normalised});
        return style.finish(g, x, name, normalised);
    }
};

} // namespace

TRADEWIND_PLUGIN(InceptionV2)
