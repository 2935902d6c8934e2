// SPDX-License-Identifier: Apache-2.0
// depthwise_conv2d: one set of filters for each channel, weights HWIM, output channel = c * multiplier + j. As the
// first half of a separable convolution it stands in a scope of that convolution's name, which its weights bear.
#include "ops/schemas.h"
#include "ops/window.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    require_rank(inputs[0], 4, "the input");
    const Shape &in = inputs[0].shape;
    const Window window = window_of(attributes, in);
    const std::int64_t multiplier = require_positive(attributes, "multiplier");
    const bool separable = attributes.integer("separable") != 0;
    Inference inferred;
    inferred.outputs = {{{in[0], window.y.output, window.x.output, in[3] * multiplier}}};
    inferred.parameters = {{"depthwise_weights", {window.y.kernel, window.x.kernel, in[3], multiplier}, separable}};
    if (attributes.integer("bias")) inferred.parameters.push_back({"biases", {in[3] * multiplier}});
    inferred.stride = window.y.stride;
    return inferred;
}

std::int64_t multiply_adds(const Attributes &attributes, std::span<const ValueType>, const Inference &inferred)
{
    const auto &kernel = attributes.integers("kernel");
    return element_count(inferred.outputs[0].shape) * kernel[0] * kernel[1];
}

std::vector<AttributeSpec> attributes()
{
    auto specs = window_attributes(true, false);
    specs.push_back({"multiplier", AttributeType::integer, std::int64_t{1}});
    specs.push_back(flag("bias", 0));
    specs.push_back(activation_attribute());
    specs.push_back(flag("separable", 0));
    return specs;
}

} // namespace

const OpSchema depthwise_conv2d{"depthwise_conv2d", 1, 1, attributes(), infer, multiply_adds};

} // namespace tradewind::ops
