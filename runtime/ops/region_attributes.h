// SPDX-License-Identifier: Apache-2.0
// The attributes and shape rules of ops that read a map at boxes: the regions of two-stage detectors.
#pragma once

#include "ops/schemas.h"
#include "tensor/portable.h"

namespace tradewind::ops {

// Inputs 1 and 2 of these ops: boxes P x 4, as parts of the map's extent, and how many of them are live.
constexpr int regions_counted_by = 2;

// Returns P.
std::int64_t check_regions(std::span<const ValueType> inputs);

// A count has shape 1.
void check_count(const ValueType &count);

// Height and width, both positive.
struct RegionSize {
    std::int64_t height = 1, width = 1;
    TRADEWIND_PORTABLE std::int64_t area() const { return height * width; }
};
RegionSize region_size(const Attributes &attributes, const char *key);

// "bins" and "crop", of which the second must be a multiple of the first.
struct BinnedCrop {
    RegionSize bins, samples; // of the box; of each bin
};
BinnedCrop binned_crop(const Attributes &attributes);
std::vector<AttributeSpec> binned_crop_attributes();

// P x 1 x 1 x filters / bins.
Inference infer_binned(const Attributes &attributes, std::span<const ValueType> inputs, std::int64_t filters);

// Four numbers in the last axis.
void require_boxes(const ValueType &boxes);

// Four numbers.
void require_four(const Attributes &attributes, const char *key, const char *what);

} // namespace tradewind::ops
