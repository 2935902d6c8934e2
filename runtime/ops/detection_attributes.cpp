// SPDX-License-Identifier: Apache-2.0
// The attributes and shape rules that the ops at the end of a detector share.
#include "ops/detection_attributes.h"

#include "tensor/error.h"

namespace tradewind::ops {
namespace {

void require_rows(const ValueType &value, const char *what, std::int64_t columns)
{
    require_rank(value, 3, what);
    if (value.shape[0] != 1 || (columns && value.shape[2] != columns))
        throw Error(ErrorCode::usage, std::string(what) + " must be 1 x N x " +
                                          (columns ? std::to_string(columns) : "columns") + ", not " +
                                          to_string(value.shape));
}

} // namespace

std::vector<AttributeSpec> decode_attributes()
{
    return {{"scales", AttributeType::reals, std::vector<double>{10, 10, 5, 5}}};
}

std::vector<AttributeSpec> score_attributes()
{
    return {{"converter", AttributeType::text, std::string("sigmoid"), {"sigmoid", "softmax", "identity"}},
            {"background", AttributeType::text, std::string("convert_first"), {"convert_first", "slice_first"}}};
}

std::vector<AttributeSpec> suppression_attributes()
{
    return {{"score_threshold", AttributeType::real},
            {"iou_threshold", AttributeType::real},
            {"max_per_class", AttributeType::integer},
            {"max_total", AttributeType::integer},
            {"generation", AttributeType::text, std::string("g2"), {"g1", "g2", "g3"}},
            {"mode", AttributeType::text, std::string("regular"), {"regular", "fast"}},
            flag("clip", 1),
            {"clip_window", AttributeType::reals, std::vector<double>{0, 0, 1, 1}},
            flag("change_frame", 0),
            // Only these classes, by id from 1; none: all. The others take no place among max_total.
            {"classes", AttributeType::integers, std::vector<std::int64_t>{}}};
}

void check_anchors(const ValueType &anchors, const Shape &encodings)
{
    if (anchors.shape != Shape{encodings[1], 4})
        throw Error(ErrorCode::usage,
                    "the anchors are " + to_string(anchors.shape) + ", the encodings " + to_string(encodings));
}

void check_scales(const Attributes &attributes, std::size_t least)
{
    const auto &scales = attributes.reals("scales");
    if (scales.size() < least || scales.size() > 4)
        throw Error(ErrorCode::usage, least == 3 ? "scales needs three numbers: ty, tx, tl"
                                                 : "scales needs four numbers: ty, tx, th, tw");
    for (const double scale : scales)
        if (!(scale > 0)) throw Error(ErrorCode::usage, "scales must be positive");
}

void check_decode(const Attributes &attributes, const ValueType &encodings, const ValueType &anchors)
{
    require_rows(encodings, "the encodings", 4);
    check_anchors(anchors, encodings.shape);
    check_scales(attributes, 4);
}

std::int64_t check_logits(const ValueType &logits, std::int64_t rows)
{
    require_rows(logits, "the logits", 0);
    if ((rows >= 0 && logits.shape[1] != rows) || logits.shape[2] < 2)
        throw Error(ErrorCode::usage, "the logits are " + to_string(logits.shape) +
                                          ", but need a row for each anchor and a background column");
    return logits.shape[2] - 1;
}

Inference infer_detections(const Attributes &attributes, std::int64_t classes)
{
    for (const auto id : attributes.integers("classes"))
        if (id < 1 || id > classes)
            throw Error(ErrorCode::usage, "there is no class " + std::to_string(id) + " of " + std::to_string(classes));
    const double iou = attributes.real("iou_threshold");
    if (!(iou >= 0 && iou <= 1)) throw Error(ErrorCode::usage, "iou_threshold must be 0 to 1");
    const auto &window = attributes.reals("clip_window");
    if (window.size() != 4 || !(window[0] < window[2]) || !(window[1] < window[3]))
        throw Error(ErrorCode::usage, "clip_window needs four numbers: ymin, xmin, ymax, xmax");
    require_positive(attributes, "max_per_class");
    const std::int64_t rows = require_positive(attributes, "max_total");
    return {{{{1, rows, 4}}, {{1, rows}}, {{1, rows}}, {{1}}}};
}

} // namespace tradewind::ops
