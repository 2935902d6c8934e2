// SPDX-License-Identifier: Apache-2.0
// multiclass_nms: non-maximum suppression for each class, then the best of all classes. Boxes are shared by the classes
// (1 x N x 4) or belong to one each (1 x N x K x 4). A third input may say how many rows are live.
#include "ops/detection_attributes.h"
#include "ops/region_attributes.h"
#include "tensor/error.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    require_rank(inputs[1], 3, "the scores");
    const Shape &boxes = inputs[0].shape, &scores = inputs[1].shape;
    const Shape shared{1, scores[1], 4}, own{1, scores[1], scores[2], 4};
    if (scores[0] != 1 || scores[2] < 1 || (boxes != shared && boxes != own))
        throw Error(ErrorCode::usage, "boxes must be 1 x N x 4 or 1 x N x K x 4 and scores 1 x N x K, not " +
                                          to_string(boxes) + " and " + to_string(scores));
    if (inputs.size() == 3) check_count(inputs[2]);
    return infer_detections(attributes, scores[2]);
}

} // namespace

const OpSchema multiclass_nms{"multiclass_nms", 2, 3, suppression_attributes(), infer, nullptr, true, -1, true};

} // namespace tradewind::ops
