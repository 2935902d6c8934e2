// SPDX-License-Identifier: Apache-2.0
// The geometry of sliding windows (convolutions and pools): output size and padding, by TensorFlow's rules.
#pragma once

#include "graph/schema.h"

namespace tradewind {

// One spatial axis.
struct WindowAxis {
    std::int64_t input = 0, output = 0;
    std::int64_t kernel = 1, stride = 1, dilation = 1;
    std::int64_t before = 0, after = 0; // padding; for ceil rounding `after` covers the last window

    // The extent of a dilated kernel: (kernel - 1) * dilation + 1.
    std::int64_t extent() const { return (kernel - 1) * dilation + 1; }
};

struct Window {
    WindowAxis y, x;
};

// From the attributes kernel, stride, dilation (optional), padding, pads and rounding (optional) and an input n x h x w
// x c. SAME: output = ceil(input / stride), the odd pixel of padding goes after. VALID: no padding. Explicit: pads =
// top, bottom, left, right. Throws Error(usage) for non-positive or unreasonable numbers and for windows larger than
// their input.
Window window_of(const Attributes &attributes, const Shape &input);

// The shape rule of pools: one result, with the channels of the input.
Inference infer_pool(const Attributes &attributes, std::span<const ValueType> inputs);

// The attribute specs above, for schemas.
std::vector<AttributeSpec> window_attributes(bool with_dilation, bool with_rounding);

} // namespace tradewind
