// SPDX-License-Identifier: Apache-2.0
// clip_boxes: each coordinate to a window. Boxes outside become empty, none is dropped.
#include "ops/region_attributes.h"
#include "tensor/error.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    require_boxes(inputs[0]);
    require_four(attributes, "window", "ymin, xmin, ymax, xmax");
    const auto &window = attributes.reals("window");
    if (!(window[0] <= window[2]) || !(window[1] <= window[3]))
        throw Error(ErrorCode::usage, "window ends before it begins");
    return {{inputs[0]}};
}

} // namespace

const OpSchema clip_boxes{"clip_boxes", 1, 1, {{"window", AttributeType::reals}}, infer};

} // namespace tradewind::ops
