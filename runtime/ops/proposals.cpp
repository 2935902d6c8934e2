// SPDX-License-Identifier: Apache-2.0
// proposals: the regions that the first stage of a two-stage detector hands to the second. Results: boxes as parts of
// the window's sides, scores, how many there are, and the anchors they come from.
#include "ops/detection_attributes.h"
#include "ops/region_attributes.h"
#include "tensor/error.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    check_decode(attributes, inputs[0], inputs[2]);
    if (check_logits(inputs[1], inputs[0].shape[1]) != 1)
        throw Error(ErrorCode::usage, "the objectness must be 1 x N x 2, not " + to_string(inputs[1].shape));
    const double iou = attributes.real("iou_threshold");
    if (!(iou >= 0 && iou <= 1)) throw Error(ErrorCode::usage, "iou_threshold must be 0 to 1");
    require_four(attributes, "window", "ymin, xmin, ymax, xmax");
    const auto &window = attributes.reals("window");
    if (!(window[0] < window[2]) || !(window[1] < window[3])) throw Error(ErrorCode::usage, "window must have an area");
    const std::int64_t rows = require_positive(attributes, "max_proposals");
    return {{{{rows, 4}}, {{rows}}, {{1}}, {{rows}}}};
}

std::vector<AttributeSpec> attributes()
{
    auto specs = decode_attributes();
    for (const AttributeSpec &more :
         std::vector<AttributeSpec>{{"score_threshold", AttributeType::real, 0.0},
                                    {"iou_threshold", AttributeType::real, 0.7},
                                    {"max_proposals", AttributeType::integer, std::int64_t{300}},
                                    {"window", AttributeType::reals},
                                    {"generation", AttributeType::text, std::string("g2"), {"g1", "g2", "g3"}}})
        specs.push_back(more);
    return specs;
}

} // namespace

const OpSchema proposals{"proposals", 3, 3, attributes(), infer, nullptr, true, -1, true};

} // namespace tradewind::ops
