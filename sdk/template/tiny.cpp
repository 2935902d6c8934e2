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
        std::int64_t channels = g.integer("width");
        for (int block = 1; block <= 5; ++block, channels *= 2) {
            const std::string name = "block" + std::to_string(block);
            x = g.conv2d(x, {.name = name, .filters = channels, .stride = 2});
            x = g.batch_norm(x, {.name = name + "/BatchNorm"});
            x = g.relu6(x, name + "/Relu6");
            if (block >= 3) g.tap(name, x);
        }
    }
};

} // namespace

TRADEWIND_PLUGIN(Tiny)
