// SPDX-License-Identifier: Apache-2.0
// multiclass_nms: non-maximum suppression for each class, then the best of all classes.
#include "ops/detection_attributes.h"
#include "tensor/error.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    require_rank(inputs[0], 3, "the boxes");
    require_rank(inputs[1], 3, "the scores");
    const Shape &boxes = inputs[0].shape, &scores = inputs[1].shape;
    if (boxes[0] != 1 || boxes[2] != 4 || scores[0] != 1 || scores[1] != boxes[1] || scores[2] < 1)
        throw Error(ErrorCode::usage, "boxes must be 1 x N x 4 and scores 1 x N x K, not " + to_string(boxes) + " and " + to_string(scores));
    return infer_detections(attributes);
}

} // namespace

const OpSchema multiclass_nms{"multiclass_nms", 2, 2, suppression_attributes(), infer};

} // namespace tradewind::ops
