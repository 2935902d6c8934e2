// SPDX-License-Identifier: Apache-2.0
// max_pool: the largest element of each window; padding never counts.
#include "ops/schemas.h"
#include "ops/window.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    require_rank(inputs[0], 4, "the input");
    const Shape &in = inputs[0].shape;
    const Window window = window_of(attributes, in);
    return {{{{in[0], window.y.output, window.x.output, in[3]}}}, {}, window.y.stride};
}

} // namespace

const OpSchema max_pool{"max_pool", 1, 1, window_attributes(false, true), infer};

} // namespace tradewind::ops
