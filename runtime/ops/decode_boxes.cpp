// SPDX-License-Identifier: Apache-2.0
// decode_boxes: codes relative to anchors become boxes. An anchor has one code (1 x N x 4) or one for each class (1 x N
// x K x 4).
#include "ops/detection_attributes.h"
#include "tensor/error.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    const Shape &codes = inputs[0].shape;
    if (codes.size() == 4 && codes[3] != 4)
        throw Error(ErrorCode::usage, "the encodings must be 1 x N x K x 4, not " + to_string(codes));
    check_decode(attributes, codes.size() == 4 ? ValueType{{codes[0], codes[1], 4}} : inputs[0], inputs[1]);
    return {{inputs[0]}};
}

} // namespace

const OpSchema decode_boxes{"decode_boxes", 2, 2, decode_attributes(), infer, nullptr, true};

} // namespace tradewind::ops
