// SPDX-License-Identifier: Apache-2.0
// Scales of 8-bit weights.
#include "targets/onednn/small_weights.h"

#include <cmath>

namespace tradewind::onednn {
namespace {

// Older processors add two products of u8 and i8 in 16 bits: 2 x 255 x 64 still fits there.
float largest_weight()
{
    constexpr float with_wide_sums = 127.0f, with_narrow_sums = 64.0f;
    return has_wide_sums() ? with_wide_sums : with_narrow_sums;
}

} // namespace

void measure_extents(const Tensor &weights, std::int64_t channels, float *to)
{
    std::fill(to, to + channels, 0.0f);
    const float *values = weights.floats();
    const std::int64_t rows = weights.count() / channels;
    for (std::int64_t row = 0; row < rows; ++row, values += channels)
        for (std::int64_t i = 0; i < channels; ++i) to[i] = std::max(to[i], std::abs(values[i]));
    std::replace(to, to + channels, 0.0f, 1.0f);
}

WeightScales steps_of(const std::vector<float> &extents, const Layer &layer)
{
    constexpr int outputs = 1 << 0, groups_and_outputs = 3;
    WeightScales scales;
    scales.mask = layer.depthwise ? groups_and_outputs : outputs;
    for (const float extent : extents) scales.channels.push_back(largest_weight() / extent);
    return scales;
}

std::vector<float> sum_scales(const std::vector<float> &extents, const Layer &layer, float factor)
{
    std::vector<float> scales;
    for (const float extent : extents) scales.push_back(layer.source.scale * extent / largest_weight() * factor);
    return scales;
}

void bias_in_sums(const Tensor &biases, const std::vector<float> &extents, const Layer &layer, float *to)
{
    for (std::size_t i = 0; i < extents.size(); ++i)
        to[i] = biases.floats()[i] * largest_weight() / (layer.source.scale * extents[i]);
}

} // namespace tradewind::onednn
