// SPDX-License-Identifier: Apache-2.0
// avg_pool: the mean of the elements of each window that lie in the image.
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

const OpSchema avg_pool{"avg_pool", 1, 1, window_attributes(false, true), infer};

} // namespace tradewind::ops
