// SPDX-License-Identifier: Apache-2.0
// A small feature extractor to start from: copy the folder, change the names, describe your network.
#include <tradewind/plugin.hpp>

namespace {

struct Tiny {
    static constexpr const char *id = "org.example.tiny";
    static constexpr const char *version = "1.0.0";
    static constexpr const char *summary =
        "five convolutions of stride 2; taps block3 (stride 8), block4 (16), block5 (32)";
    static constexpr tw_preprocessing preprocessing = tradewind::rgb_preprocessing(2.0 / 255.0, 1.0);
    static constexpr tw_option options[] = {tradewind::integer(
        "width", "16", "1..512", "channels of the first convolution; each next one has twice as many")};

    void trunk(tradewind::Graph &g, tradewind::Value x) const
    {
        const tradewind::Scope scope(g, "Tiny");
        for (int number = 1; number <= 5; ++number) {
            x = block(g, x, number);
            if (number >= 3) g.tap("block" + std::to_string(number), x);
        }
    }

    // The second stage, for detectors that look at regions of a tap: delete it when yours has none.
    tradewind::Value tail(tradewind::Graph &g, tradewind::Value regions) const
    {
        const tradewind::Scope scope(g, "Tiny");
        return block(g, regions, 6);
    }

private:
    static tradewind::Value block(tradewind::Graph &g, tradewind::Value x, int number)
    {
        const std::string name = "block" + std::to_string(number);
        x = g.conv2d(x, {.name = name, .filters = g.integer("width") << (number - 1), .stride = 2});
        x = g.batch_norm(x, {.name = name + "/BatchNorm"});
        return g.relu6(x, name + "/Relu6");
    }
};

} // namespace

TRADEWIND_PLUGIN(Tiny)
