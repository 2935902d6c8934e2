// SPDX-License-Identifier: Apache-2.0
// detect_from_maps: detect_from_logits on what single-stage predictors make, without bringing it together first. The
// inputs are the anchors and one map for each predictor; a pixel of it has the codes of its a boxes, 4 each, and then
// their logits, `columns` each.
#include "ops/detection_attributes.h"
#include "tensor/error.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    const std::int64_t columns = require_positive(attributes, "columns");
    if (columns < 2) throw Error(ErrorCode::usage, "columns must be 2 at least: a background and a class");
    std::int64_t rows = 0;
    for (const ValueType &map : inputs.subspan(1)) {
        require_rank(map, 4, "a map");
        if (map.shape[0] != 1 || map.shape[3] % (4 + columns) != 0)
            throw Error(ErrorCode::usage, "a map is " + to_string(map.shape) + ", but needs 4 + " +
                                              std::to_string(columns) + " channels for each anchor of a pixel");
        rows += element_count(map.shape) / (4 + columns);
    }
    check_anchors(inputs[0], {1, rows, 4});
    check_scales(attributes, 4);
    return infer_detections(attributes, columns - 1);
}

std::vector<AttributeSpec> attributes()
{
    std::vector<AttributeSpec> specs{{"columns", AttributeType::integer}};
    for (const auto &more : {decode_attributes(), score_attributes(), suppression_attributes()})
        specs.insert(specs.end(), more.begin(), more.end());
    return specs;
}

} // namespace

const OpSchema detect_from_maps{"detect_from_maps", 2, 65, attributes(), infer, nullptr, true, -1, true};

} // namespace tradewind::ops
