// SPDX-License-Identifier: Apache-2.0
// The mean of the samples of a bin as a weighted sum of pixels.
#include "targets/onednn/bin_weights.h"

#include "targets/onednn/instruction_sets.h"

namespace tradewind::onednn {
namespace {

constexpr std::int64_t together = 4; // pixels, so that sums are loaded and stored less often

FOR_EACH_INSTRUCTION_SET void add_four(const float *const *pixels, const float *weights, float *to,
                                       std::int64_t channels)
{
    const float *a = pixels[0], *b = pixels[1], *c = pixels[2], *d = pixels[3];
    const float wa = weights[0], wb = weights[1], wc = weights[2], wd = weights[3];
    for (std::int64_t i = 0; i < channels; ++i) to[i] += (wa * a[i] + wb * b[i]) + (wc * c[i] + wd * d[i]);
}

} // namespace

void AxisWeights::set(float first, float last, std::int64_t bins, std::int64_t bin, std::int64_t size,
                      std::int64_t samples)
{
    pixels.resize(static_cast<std::size_t>(2 * samples));
    const BinPixels found = bin_pixels(first, last, bins, bin, size, samples, pixels.data());
    pixels.resize(static_cast<std::size_t>(found.count));
    inside = found.inside;
}

void add_weighted(const MapColumns &map, const AxisWeights &y, const AxisWeights &x, float factor, float *to,
                  std::int64_t channels)
{
    const float *pixels[together];
    float weights[together];
    std::int64_t waiting = 0;
    for (const auto &row : y.pixels)
        for (const auto &column : x.pixels) {
            pixels[waiting] = map.map + (row.pixel * map.width + column.pixel) * map.stride;
            weights[waiting++] = factor * row.weight * column.weight;
            if (waiting < together) continue;
            add_four(pixels, weights, to, channels);
            waiting = 0;
        }
    if (!waiting) return;
    for (; waiting < together; ++waiting) {
        pixels[waiting] = pixels[0];
        weights[waiting] = 0;
    }
    add_four(pixels, weights, to, channels);
}

} // namespace tradewind::onednn
