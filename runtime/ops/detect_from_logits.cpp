// SPDX-License-Identifier: Apache-2.0
// detect_from_logits: decode_boxes, convert_scores and multiclass_nms as one op, which need not decode what it filters
// out.
#include "ops/detection_attributes.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    check_decode(attributes, inputs[0], inputs[1]);
    return infer_detections(attributes, check_logits(inputs[2], inputs[0].shape[1]));
}

std::vector<AttributeSpec> attributes()
{
    auto specs = decode_attributes();
    for (const auto &more : {score_attributes(), suppression_attributes()})
        specs.insert(specs.end(), more.begin(), more.end());
    return specs;
}

} // namespace

const OpSchema detect_from_logits{"detect_from_logits", 3, 3, attributes(), infer, nullptr, true, -1, true};

} // namespace tradewind::ops
