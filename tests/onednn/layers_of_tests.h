// SPDX-License-Identifier: Apache-2.0
// Layers, and a processor whose speed is a matter of agreement.
#pragma once

#include "targets/onednn/processor.h"

#include <map>
#include <memory>

// Square, 3x3, stride 1, padded to the same size, stored and computed as `type`.
inline tradewind::onednn::Layer layer_3x3(std::int64_t side, std::int64_t from, std::int64_t to,
                                          tradewind::ElementType type = tradewind::ElementType::f32)
{
    tradewind::onednn::Layer layer;
    layer.input = {1, side, side, from};
    layer.output = {1, side, side, to};
    layer.window.y = layer.window.x = {side, side, 3, 1, 1, 1, 1};
    layer.source.type = layer.destination.type = type;
    return layer;
}

struct AgreedTimes {
    std::map<std::string, double> milliseconds; // of choices, by name
    int asked = 0;
    double noise = 0; // what every second answer takes more, as a part
};

inline tradewind::onednn::Processor agreed_processor(const std::shared_ptr<AgreedTimes> &times,
                                                     std::vector<tradewind::onednn::LayerChoice> candidates)
{
    tradewind::onednn::Processor processor;
    processor.name = "a processor, a library, some instructions";
    processor.family = tradewind::onednn::ProcessorFamily::avx512_core_amx;
    processor.candidates = [candidates](const auto &) { return candidates; };
    processor.milliseconds = [times](const auto &, const auto &choice) {
        const double noise = times->asked++ % 2 ? times->noise : 0;
        return times->milliseconds.at(to_string(choice)) * (1 + noise);
    };
    return processor;
}
