// SPDX-License-Identifier: Apache-2.0
// dense: n x in times in x units.
#include "ops/schemas.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    require_rank(inputs[0], 2, "the input");
    const std::int64_t units = require_positive(attributes, "units");
    const Shape &in = inputs[0].shape;
    Inference inferred{{{{in[0], units}}}, {{"weights", {in[1], units}}}};
    if (attributes.integer("bias")) inferred.parameters.push_back({"biases", {units}});
    return inferred;
}

std::int64_t multiply_adds(const Attributes &, std::span<const ValueType> inputs, const Inference &inferred)
{
    return element_count(inferred.outputs[0].shape) * inputs[0].shape[1];
}

} // namespace

const OpSchema dense{
    "dense", 1, 1, {{"units", AttributeType::integer}, flag("bias", 1), activation_attribute()}, infer, multiply_adds};

} // namespace tradewind::ops
