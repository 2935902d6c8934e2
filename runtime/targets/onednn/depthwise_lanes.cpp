// SPDX-License-Identifier: Apache-2.0
// Weights of 8 bits with a scale for each channel.
#include "targets/onednn/depthwise_lanes.h"

#include <cmath>

namespace tradewind::onednn {
namespace {

constexpr std::int64_t place(std::int64_t l) { return l % 16 / 4 * 16 + l / 16 * 4 + l % 4; }

float scale_of(const float *weights, std::int64_t channels)
{
    float largest = 0;
    for (std::int64_t tap = 0; tap < 9; ++tap) largest = std::max(largest, std::abs(weights[tap * channels]));
    return largest > 0 ? largest / 127.0f : 1.0f;
}

// Of one channel; returns the sum of its weights.
std::int32_t set_weights(DepthwiseLanes &lanes, std::int64_t at, const float *weights, std::int64_t channels,
                         float scale)
{
    std::int32_t sum = 0;
    for (std::int64_t tap = 0; tap < 9; ++tap) {
        const auto number = static_cast<std::int8_t>(std::nearbyint(weights[tap * channels] / scale));
        for (std::int64_t window = 0; window < 2; ++window)
            lanes.weights[window][tap / 3][at][tap % 3 + window] = number;
        sum += number;
    }
    return sum;
}

} // namespace

std::int64_t pixels_in_lanes(const DepthwiseShape &shape)
{
    constexpr std::int64_t lanes = DepthwiseLanes::count;
    return shape.stride == 1 && shape.channels < lanes && lanes % shape.channels == 0 ? lanes / shape.channels : 1;
}

DepthwiseLanes lanes_of(const Layer &layer, std::int64_t pixels, std::int64_t first, const float *weights,
                        const float *bias)
{
    DepthwiseLanes lanes = {};
    const std::int64_t channels = layer.input[3];
    for (std::int64_t lane = 0; lane < DepthwiseLanes::count; ++lane) {
        const std::int64_t channel = pixels == 1 ? first + lane : lane % channels;
        if (channel >= channels) continue;
        const std::int64_t at = place(lane);
        const float scale = scale_of(weights + channel, channels);
        const std::int32_t sum = set_weights(lanes, at, weights + channel, channels, scale);
        // Signed numbers are taken as unsigned ones that are 128 larger.
        lanes.start[0][at] = lanes.start[1][at] = layer.source.type == ElementType::i8 ? -128 * sum : 0;
        lanes.scale[at] = scale * layer.source.scale / layer.destination.scale;
        lanes.bias[at] = (bias ? bias[channel] : 0.0f) / layer.destination.scale;
    }
    return lanes;
}

} // namespace tradewind::onednn
