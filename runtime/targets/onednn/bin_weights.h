// SPDX-License-Identifier: Apache-2.0
// The mean of the samples of a bin as a weighted sum of pixels.
#pragma once

#include "ops/bin_sampling.h"
#include "ops/region_attributes.h"

#include <vector>

namespace tradewind::onednn {

// One axis of a bin: the pixels that count and how many of the samples lie inside.
struct AxisWeights {
    std::vector<PixelWeight> pixels;
    std::int64_t inside = 0;

    // Bin `bin` of `bins` between two positions on an axis of `size` pixels, with that many samples.
    void set(float first, float last, std::int64_t bins, std::int64_t bin, std::int64_t size, std::int64_t samples);
};

// to[c] += sum over the pixels of factor * weight(y) * weight(x) * map[y][x][c], for `channels` channels. `map` points
// to the first of them in pixel (0, 0).
struct MapColumns {
    const float *map;
    std::int64_t width, stride; // pixels in a row, floats from pixel to pixel
};
void add_weighted(const MapColumns &map, const AxisWeights &y, const AxisWeights &x, float factor, float *to,
                  std::int64_t channels);

} // namespace tradewind::onednn
