// SPDX-License-Identifier: Apache-2.0
// add: a + scale * b, the sum of residual networks.
#include "ops/schemas.h"
#include "tensor/error.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &, std::span<const ValueType> inputs)
{
    if (inputs[0].shape != inputs[1].shape)
        throw Error(ErrorCode::usage,
                    to_string(inputs[0].shape) + " and " + to_string(inputs[1].shape) + " cannot be added");
    return {{inputs[0]}};
}

} // namespace

const OpSchema add{"add", 2, 2, {{"scale", AttributeType::real, 1.0}, activation_attribute()}, infer};

} // namespace tradewind::ops
