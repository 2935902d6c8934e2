// SPDX-License-Identifier: Apache-2.0
// scale_boxes: ymin, xmin, ymax and xmax of each box times a factor each.
#include "ops/region_attributes.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    require_boxes(inputs[0]);
    require_four(attributes, "factors", "of ymin, xmin, ymax, xmax");
    return {{inputs[0]}};
}

} // namespace

const OpSchema scale_boxes{"scale_boxes", 1, 1, {{"factors", AttributeType::reals}}, infer};

} // namespace tradewind::ops
