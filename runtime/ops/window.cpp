// SPDX-License-Identifier: Apache-2.0
// Output sizes and padding.
#include "ops/window.h"

#include "tensor/error.h"

#include <algorithm>

namespace tradewind {
namespace {

constexpr std::int64_t most = 1 << 16; // keeps every product below within 64 bits

std::int64_t at(const Attributes &attributes, const std::string &key, std::size_t index, std::size_t size,
                std::int64_t least)
{
    const auto &values = attributes.integers(key);
    if (values.size() != size)
        throw Error(ErrorCode::usage,
                    key + " needs " + std::to_string(size) + " numbers, not " + std::to_string(values.size()));
    if (values[index] < least || values[index] > most)
        throw Error(ErrorCode::usage, key + " is " + std::to_string(values[index]) + ", but may be " +
                                          std::to_string(least) + " to " + std::to_string(most));
    return values[index];
}

std::int64_t ceiling(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

void pad_same(WindowAxis &axis)
{
    axis.output = ceiling(axis.input, axis.stride);
    const std::int64_t total = std::max<std::int64_t>((axis.output - 1) * axis.stride + axis.extent() - axis.input, 0);
    axis.before = total / 2;
    axis.after = total - axis.before;
}

void slide(WindowAxis &axis, bool round_up)
{
    const std::int64_t room = axis.input + axis.before + axis.after - axis.extent();
    if (room < 0)
        throw Error(ErrorCode::usage, "a window of " + std::to_string(axis.extent()) + " does not fit into " +
                                          std::to_string(axis.input) + " pixels");
    axis.output = (round_up ? ceiling(room, axis.stride) : room / axis.stride) + 1;
    // Caffe's rule: the last window must start inside the picture or its left padding.
    if (round_up && (axis.output - 1) * axis.stride >= axis.input + axis.before) --axis.output;
    if (round_up)
        axis.after = std::max(axis.after, (axis.output - 1) * axis.stride + axis.extent() - axis.input - axis.before);
}

WindowAxis axis_of(const Attributes &attributes, std::int64_t input, std::size_t index)
{
    WindowAxis axis;
    axis.input = input;
    axis.kernel = at(attributes, "kernel", index, 2, 1);
    axis.stride = at(attributes, "stride", index, 2, 1);
    if (attributes.has("dilation")) axis.dilation = at(attributes, "dilation", index, 2, 1);
    const std::string &padding = attributes.text("padding");
    if (padding == "same") {
        pad_same(axis);
        return axis;
    }
    if (padding == "explicit") {
        axis.before = at(attributes, "pads", 2 * index, 4, 0);
        axis.after = at(attributes, "pads", 2 * index + 1, 4, 0);
    }
    slide(axis, attributes.has("rounding") && attributes.text("rounding") == "ceil");
    return axis;
}

} // namespace

Window window_of(const Attributes &attributes, const Shape &input)
{
    if (input.size() != 4) throw Error(ErrorCode::usage, "the input must be n x h x w x c, not " + to_string(input));
    if (input[1] < 1 || input[2] < 1 || input[1] > most || input[2] > most)
        throw Error(ErrorCode::usage, "the input has no sensible height and width: " + to_string(input));
    return {axis_of(attributes, input[1], 0), axis_of(attributes, input[2], 1)};
}

Inference infer_pool(const Attributes &attributes, std::span<const ValueType> inputs)
{
    const Shape &in = inputs[0].shape;
    const Window window = window_of(attributes, in);
    return {{{{in[0], window.y.output, window.x.output, in[3]}}}, {}, window.y.stride};
}

std::vector<AttributeSpec> window_attributes(bool with_dilation, bool with_rounding)
{
    using Integers = std::vector<std::int64_t>;
    std::vector<AttributeSpec> specs = {
        {"kernel", AttributeType::integers},
        {"stride", AttributeType::integers, Integers{1, 1}},
        {"padding", AttributeType::text, std::string("same"), {"same", "valid", "explicit"}},
        {"pads", AttributeType::integers, Integers{0, 0, 0, 0}},
    };
    if (with_dilation) specs.push_back({"dilation", AttributeType::integers, Integers{1, 1}});
    if (with_rounding) specs.push_back({"rounding", AttributeType::text, std::string("floor"), {"floor", "ceil"}});
    return specs;
}

} // namespace tradewind
