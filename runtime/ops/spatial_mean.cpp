// SPDX-License-Identifier: Apache-2.0
// spatial_mean: the mean over height and width, both kept as 1.
#include "ops/schemas.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &, std::span<const ValueType> inputs)
{
    require_rank(inputs[0], 4, "the input");
    const Shape &in = inputs[0].shape;
    return {{{{in[0], 1, 1, in[3]}}}};
}

} // namespace

const OpSchema spatial_mean{"spatial_mean", 1, 1, {}, infer};

} // namespace tradewind::ops
