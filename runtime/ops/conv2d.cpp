// SPDX-License-Identifier: Apache-2.0
// conv2d: cross-correlation, weights HWIO; optionally with bias, residual and activation. As the second half of a
// separable convolution (Chollet 2017) its weights are called pointwise_weights, as in published checkpoints.
#include "ops/schemas.h"
#include "ops/window.h"
#include "tensor/error.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    require_rank(inputs[0], 4, "the input");
    const Shape &in = inputs[0].shape;
    const Window window = window_of(attributes, in);
    const std::int64_t filters = require_positive(attributes, "filters");
    Inference inferred;
    inferred.outputs = {{{in[0], window.y.output, window.x.output, filters}}};
    inferred.parameters = {{weights_leaf(attributes), {window.y.kernel, window.x.kernel, in[3], filters}}};
    if (attributes.integer("bias")) inferred.parameters.push_back({"biases", {filters}});
    inferred.stride = window.y.stride;
    if (inputs.size() == 2 && inputs[1].shape != inferred.outputs[0].shape)
        throw Error(ErrorCode::usage, "the residual is " + to_string(inputs[1].shape) + ", the result " +
                                          to_string(inferred.outputs[0].shape));
    return inferred;
}

std::int64_t multiply_adds(const Attributes &attributes, std::span<const ValueType> inputs, const Inference &inferred)
{
    const auto &kernel = attributes.integers("kernel");
    return element_count(inferred.outputs[0].shape) * kernel[0] * kernel[1] * inputs[0].shape[3];
}

std::vector<AttributeSpec> attributes()
{
    auto specs = window_attributes(true, false);
    specs.push_back({"filters", AttributeType::integer});
    specs.push_back(flag("bias", 0));
    specs.push_back(activation_attribute());
    specs.push_back({"residual_scale", AttributeType::real, 1.0});
    specs.push_back(flag("separable", 0));
    return specs;
}

} // namespace

std::string weights_leaf(const Attributes &attributes)
{
    return attributes.integer("separable") ? "pointwise_weights" : "weights";
}

const OpSchema conv2d{"conv2d", 1, 2, attributes(), infer, multiply_adds};

} // namespace tradewind::ops
