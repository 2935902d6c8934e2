// SPDX-License-Identifier: Apache-2.0
// Inception V3: Szegedy et al. 2015, "Rethinking the Inception Architecture for Computer Vision", table 1, with the
// layer names of the published checkpoints, odd ones included.
#include <inception_modules/style.hpp>

namespace {

using namespace inception;

Branch pool_and(std::int64_t depth) { return {average_pool("AvgPool_0a_3x3"), conv("Conv2d_0b_1x1", 1, depth)}; }

// Figure 5 of the paper, the 5x5 kept.
Module with_5x5(const std::string &name, const std::string &before_5x5, const std::string &name_5x5,
                std::int64_t pool_depth)
{
    return {name,
            {{conv("Conv2d_0a_1x1", 1, 64)},
             {conv(before_5x5, 1, 48), conv(name_5x5, 5, 64)},
             {conv("Conv2d_0a_1x1", 1, 64), conv("Conv2d_0b_3x3", 3, 96), conv("Conv2d_0c_3x3", 3, 96)},
             pool_and(pool_depth)}};
}

// Figure 6: 7x7 as 1x7 and 7x1.
Module with_7x7(const std::string &name, std::int64_t inner)
{
    return {
        name,
        {{conv("Conv2d_0a_1x1", 1, 192)},
         {conv("Conv2d_0a_1x1", 1, inner), conv("Conv2d_0b_1x7", {1, 7}, inner), conv("Conv2d_0c_7x1", {7, 1}, 192)},
         {conv("Conv2d_0a_1x1", 1, inner), conv("Conv2d_0b_7x1", {7, 1}, inner), conv("Conv2d_0c_1x7", {1, 7}, inner),
          conv("Conv2d_0d_7x1", {7, 1}, inner), conv("Conv2d_0e_1x7", {1, 7}, 192)},
         pool_and(192)}};
}

// Figure 7: 1x3 and 3x1 side by side.
Module with_split(const std::string &name, const std::string &name_3x1)
{
    return {name,
            {{conv("Conv2d_0a_1x1", 1, 320)},
             {{conv("Conv2d_0a_1x1", 1, 384)}, {conv("Conv2d_0b_1x3", {1, 3}, 384), conv(name_3x1, {3, 1}, 384)}},
             {{conv("Conv2d_0a_1x1", 1, 448), conv("Conv2d_0b_3x3", 3, 384)},
              {conv("Conv2d_0c_1x3", {1, 3}, 384), conv("Conv2d_0d_3x1", {3, 1}, 384)}},
             pool_and(192)}};
}

std::vector<Module> first_modules()
{
    return {with_5x5("Mixed_5b", "Conv2d_0a_1x1", "Conv2d_0b_5x5", 32),
            with_5x5("Mixed_5c", "Conv2d_0b_1x1", "Conv_1_0c_5x5", 64),
            with_5x5("Mixed_5d", "Conv2d_0a_1x1", "Conv2d_0b_5x5", 64),
            {"Mixed_6a", // whose 3x3 convolutions are called 1x1
             {{conv("Conv2d_1a_1x1", 3, 384, 2, valid)},
              {conv("Conv2d_0a_1x1", 1, 64), conv("Conv2d_0b_3x3", 3, 96), conv("Conv2d_1a_1x1", 3, 96, 2, valid)},
              {max_pool("MaxPool_1a_3x3", 2, valid)}}},
            with_7x7("Mixed_6b", 128),
            with_7x7("Mixed_6c", 160),
            with_7x7("Mixed_6d", 160),
            with_7x7("Mixed_6e", 192)};
}

std::vector<Module> last_modules()
{
    return {{"Mixed_7a",
             {{conv("Conv2d_0a_1x1", 1, 192), conv("Conv2d_1a_3x3", 3, 320, 2, valid)},
              {conv("Conv2d_0a_1x1", 1, 192), conv("Conv2d_0b_1x7", {1, 7}, 192), conv("Conv2d_0c_7x1", {7, 1}, 192),
               conv("Conv2d_1a_3x3", 3, 192, 2, valid)},
              {max_pool("MaxPool_1a_3x3", 2, valid)}}},
            with_split("Mixed_7b", "Conv2d_0b_3x1"),
            with_split("Mixed_7c", "Conv2d_0c_3x1")};
}

struct InceptionV3 {
    static constexpr const char *id = "org.tradewind.inception_v3";
    static constexpr const char *version = "1.0.0";
    static constexpr const char *summary =
        "Inception V3; taps Conv2d_1a_3x3 (stride 2) to Mixed_7c (stride 32); second stage Mixed_7a to Mixed_7c";
    static constexpr tw_preprocessing preprocessing = tradewind::rgb_preprocessing(2.0 / 255.0, 1.0);
    static constexpr tw_option options[] = {
        depth_multiplier_option,
        min_depth_option,
        padding_option,
        normalisation_option,
        gamma_option,
        epsilon_option,
        activation_option,
        tradewind::trunk::last_tap,
        tradewind::text("scope", "InceptionV3", nullptr, "in front of every name of a weight"),
    };

    void trunk(Graph &g, Value x) const
    {
        Style style = with_depths(g);
        style.padded = g.text("padding") == "same";
        Taps taps(g);
        const Scope scope(g, g.text("scope"));
        if (add_tapped(g, style, taps, x, deep_stem()) || add_tapped(g, style, taps, x, first_modules()) ||
            add_tapped(g, style, taps, x, last_modules()))
            return;
        taps.end();
    }

    // Its stride stays without padding, whatever the trunk has.
    Value tail(Graph &g, Value x) const
    {
        const Style style = with_depths(g);
        const Scope scope(g, g.text("scope"));
        for (const Module &module : last_modules()) x = style.add(g, x, module);
        return x;
    }
};

} // namespace

TRADEWIND_PLUGIN(InceptionV3)
