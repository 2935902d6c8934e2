// SPDX-License-Identifier: Apache-2.0
// batch_norm with fixed statistics: x * s + (beta - mean * s), s = gamma / sqrt(variance + epsilon).
#include "ops/schemas.h"
#include "tensor/error.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    if (inputs[0].shape.empty()) throw Error(ErrorCode::usage, "the input needs a channel axis");
    if (!(attributes.real("epsilon") >= 0)) throw Error(ErrorCode::usage, "epsilon must not be negative");
    const Shape channels{inputs[0].shape.back()};
    Inference inferred{{inputs[0]}, {{"beta", channels}, {"moving_mean", channels}, {"moving_variance", channels}}};
    if (attributes.integer("gamma")) inferred.parameters.push_back({"gamma", channels});
    return inferred;
}

} // namespace

const OpSchema batch_norm{"batch_norm", 1, 1, {{"epsilon", AttributeType::real, 0.001}, flag("gamma", 1)}, infer};

} // namespace tradewind::ops
