// SPDX-License-Identifier: Apache-2.0
// decode_boxes: codes relative to anchors become boxes.
#include "ops/detection_attributes.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    check_decode(attributes, inputs[0], inputs[1]);
    return {{inputs[0]}};
}

} // namespace

const OpSchema decode_boxes{"decode_boxes", 2, 2, decode_attributes(), infer, nullptr, true};

} // namespace tradewind::ops
