// SPDX-License-Identifier: Apache-2.0
// l2_normalization: scale * x / (epsilon + sqrt(sum over channels of x^2)) (Liu et al. 2016, ParseNet).
#include "ops/schemas.h"
#include "tensor/error.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &, std::span<const ValueType> inputs)
{
    if (inputs[0].shape.empty()) throw Error(ErrorCode::usage, "the input needs a channel axis");
    return {{inputs[0]}, {{"scale", {inputs[0].shape.back()}}}};
}

} // namespace

const OpSchema l2_normalization{"l2_normalization", 1, 1, {{"epsilon", AttributeType::real, 1e-7}}, infer};

} // namespace tradewind::ops
