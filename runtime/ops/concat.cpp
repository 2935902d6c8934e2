// SPDX-License-Identifier: Apache-2.0
// concat: inputs one after another along an axis (negative: from the end).
#include "ops/schemas.h"
#include "tensor/error.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    Shape shape = inputs[0].shape;
    const auto rank = static_cast<std::int64_t>(shape.size());
    std::int64_t axis = attributes.integer("axis");
    if (axis < -rank || axis >= rank)
        throw Error(ErrorCode::usage, "axis " + std::to_string(axis) + " does not exist in " + to_string(shape));
    axis += axis < 0 ? rank : 0;
    std::int64_t total = 0;
    for (const ValueType &input : inputs) {
        Shape other = input.shape;
        if (other.size() != shape.size()) throw Error(ErrorCode::usage, "inputs differ in rank");
        total += other[static_cast<std::size_t>(axis)];
        other[static_cast<std::size_t>(axis)] = shape[static_cast<std::size_t>(axis)];
        if (other != shape || input.type != inputs[0].type)
            throw Error(ErrorCode::usage, to_string(input.shape) + " does not fit beside " + to_string(shape) +
                                              " along axis " + std::to_string(axis));
    }
    shape[static_cast<std::size_t>(axis)] = total;
    return {{{shape, inputs[0].type}}};
}

} // namespace

const OpSchema concat{"concat", 1, 64, {{"axis", AttributeType::integer}}, infer};

} // namespace tradewind::ops
