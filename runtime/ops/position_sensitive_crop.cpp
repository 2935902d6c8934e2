// SPDX-License-Identifier: Apache-2.0
// position_sensitive_crop: each bin of a box has channels of its own; the mean over bins and samples (Dai et al. 2016,
// equation 1 and the vote after it).
#include "ops/region_attributes.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    require_rank(inputs[0], 4, "the map");
    return infer_binned(attributes, inputs, inputs[0].shape[3]);
}

} // namespace

const OpSchema position_sensitive_crop{"position_sensitive_crop", 3, 3, binned_crop_attributes(), infer, nullptr, false,
                                       regions_counted_by};

} // namespace tradewind::ops
