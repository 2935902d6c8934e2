// SPDX-License-Identifier: Apache-2.0
// Means over the samples in the bins of boxes, as weighted sums of pixels.
#pragma once

#include "ops/region_attributes.h"
#include "targets/cuda/kernels/regions.h"

namespace tradewind::cuda {

struct PoolArguments {
    Regions regions;
    ops::BinnedCrop crop;
    void *to = nullptr; // of the map's storage, aligned to 16 bytes
    std::int64_t to_stride = 0;
};

// Channels of a row of pool_bins: those of the map for each bin, then one for each bin, then zeros up to whole packs.
TRADEWIND_PORTABLE inline std::int64_t pooled_channels(std::int64_t channels, std::int64_t bins)
{
    return (bins * (channels + 1) + 7) / 8 * 8;
}

// rows x pooled_channels. All channels of the map in each bin of a box, and what part of its samples lie inside the
// map, all divided by the number of bins: multiplied with the weights of all bins, and their biases, one above the
// other, this makes the predictions.
void pool_bins(Stream stream, const PoolArguments &arguments);

// rows x (channels / bins): the sum over the bins, each of channels of its own.
void pool_own_bins(Stream stream, const PoolArguments &arguments);

} // namespace tradewind::cuda
