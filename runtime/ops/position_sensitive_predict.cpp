// SPDX-License-Identifier: Apache-2.0
// position_sensitive_predict: a 1x1 convolution and position_sensitive_crop of its result as one op, which need not
// compute the map in between.
#include "ops/region_attributes.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    const std::int64_t filters = require_positive(attributes, "filters");
    Inference inferred = infer_binned(attributes, inputs, filters);
    inferred.parameters = {{"weights", {1, 1, inputs[0].shape[3], filters}}};
    if (attributes.integer("bias")) inferred.parameters.push_back({"biases", {filters}});
    return inferred;
}

// Features are pooled first, so that each region costs one product with the weights of each bin.
std::int64_t multiply_adds(const Attributes &attributes, std::span<const ValueType> inputs, const Inference &)
{
    return inputs[1].shape[0] * inputs[0].shape[3] * attributes.integer("filters");
}

std::vector<AttributeSpec> attributes()
{
    auto specs = binned_crop_attributes();
    specs.push_back({"filters", AttributeType::integer});
    specs.push_back(flag("bias", 0));
    return specs;
}

} // namespace

const OpSchema position_sensitive_predict{
    "position_sensitive_predict", 3, 3, attributes(), infer, multiply_adds, false, regions_counted_by};

} // namespace tradewind::ops
