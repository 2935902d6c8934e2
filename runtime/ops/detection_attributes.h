// SPDX-License-Identifier: Apache-2.0
// The attributes and shape rules that the ops at the end of a detector share.
#pragma once

#include "ops/schemas.h"

namespace tradewind::ops {

std::vector<AttributeSpec> decode_attributes();
std::vector<AttributeSpec> score_attributes();
std::vector<AttributeSpec> suppression_attributes();

void check_anchors(const ValueType &anchors, const Shape &encodings);
void check_scales(const Attributes &attributes, std::size_t least); // least: how many a code needs
void check_decode(const Attributes &attributes, const ValueType &encodings, const ValueType &anchors);
std::int64_t check_logits(const ValueType &logits, std::int64_t rows); // the number of classes, background not counted
Inference infer_detections(const Attributes &attributes, std::int64_t classes); // boxes, scores, classes, count

} // namespace tradewind::ops
