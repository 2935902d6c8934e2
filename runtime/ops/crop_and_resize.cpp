// SPDX-License-Identifier: Apache-2.0
// crop_and_resize: each box of a map, sampled bilinearly to one size.
#include "ops/region_attributes.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    const RegionSize crop = region_size(attributes, "crop");
    return {{{{check_regions(inputs), crop.height, crop.width, inputs[0].shape[3]}}}};
}

} // namespace

const OpSchema crop_and_resize{"crop_and_resize",
                               3,
                               3,
                               {{"crop", AttributeType::integers}, {"extrapolation", AttributeType::real, 0.0}},
                               infer,
                               nullptr,
                               false,
                               regions_counted_by};

} // namespace tradewind::ops
