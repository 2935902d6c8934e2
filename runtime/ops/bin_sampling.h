// SPDX-License-Identifier: Apache-2.0
// The samples of a bin along one axis as a weighted sum of pixels. Bilinear samples of a grid are products of a weight
// along y and one along x, and so are sums of them: far fewer pixels are read than samples have corners.
#pragma once

#include "ops/crop_sampling.h"

#include <cstdint>

namespace tradewind {

struct PixelWeight {
    std::int32_t pixel;
    float weight;
};

// How many pixels count, and how many of the samples lie inside the map.
struct BinPixels {
    std::int32_t count = 0, inside = 0;
};

// Each pixel once, in the order in which samples meet it. Bin `bin` of `bins` between two positions on an axis of
// `size` pixels, with `samples` samples; `to` has room for 2 * samples.
TRADEWIND_PORTABLE inline BinPixels bin_pixels(float first, float last, std::int64_t bins, std::int64_t bin,
                                               std::int64_t size, std::int64_t samples, PixelWeight *to)
{
    BinPixels found;
    const auto add = [&](std::int64_t pixel, float weight) {
        if (weight == 0) return;
        for (std::int32_t i = found.count; i-- > 0;)
            if (to[i].pixel == pixel) {
                to[i].weight += weight;
                return;
            }
        to[found.count++] = {static_cast<std::int32_t>(pixel), weight};
    };
    const float begin = bin_edge(first, last, bins, bin), end = bin_edge(first, last, bins, bin + 1);
    for (std::int64_t i = 0; i < samples; ++i) {
        const CropSample sample = crop_sample(begin, end, size, samples, i);
        if (!sample.inside) continue;
        ++found.inside;
        add(sample.lower, 1 - sample.fraction);
        add(sample.upper, sample.fraction);
    }
    return found;
}

} // namespace tradewind
