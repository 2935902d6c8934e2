// SPDX-License-Identifier: Apache-2.0
// The table of ops, and what several shape rules ask for.
#include "ops/standard_ops.h"

#include "ops/schemas.h"
#include "tensor/error.h"

namespace tradewind {
namespace ops {

void require_rank(const ValueType &input, std::size_t rank, const char *what)
{
    if (input.shape.size() == rank) return;
    throw Error(ErrorCode::usage, std::string(what) + " must have " + std::to_string(rank) + " dimensions, not " +
                                      to_string(input.shape));
}

std::int64_t require_positive(const Attributes &attributes, const char *key)
{
    const std::int64_t value = attributes.integer(key);
    if (value < 1 || value > 1 << 20)
        throw Error(ErrorCode::usage, std::string(key) + " is " + std::to_string(value) + ", but may be 1 to 1048576");
    return value;
}

AttributeSpec activation_attribute()
{
    return {"activation", AttributeType::text, std::string("none"), {"none", "relu", "relu6"}};
}

AttributeSpec flag(const char *key, std::int64_t fallback)
{
    return {key, AttributeType::integer, fallback, {"0", "1"}};
}

} // namespace ops

const OpSet &standard_ops()
{
    static const OpSet all = [] {
        OpSet set;
        for (const OpSchema *op : {&ops::add,
                                   &ops::avg_pool,
                                   &ops::batch_norm,
                                   &ops::clip_boxes,
                                   &ops::concat,
                                   &ops::conv2d,
                                   &ops::convert_scores,
                                   &ops::crop_and_resize,
                                   &ops::decode_boxes,
                                   &ops::dense,
                                   &ops::depthwise_conv2d,
                                   &ops::detect_from_logits,
                                   &ops::detect_from_maps,
                                   &ops::grid_anchors,
                                   &ops::l2_normalization,
                                   &ops::max_pool,
                                   &ops::multiclass_nms,
                                   &ops::normalize,
                                   &ops::pad,
                                   &ops::position_sensitive_crop,
                                   &ops::position_sensitive_predict,
                                   &ops::proposals,
                                   &ops::relu,
                                   &ops::relu6,
                                   &ops::reshape,
                                   &ops::scale_boxes,
                                   &ops::sigmoid,
                                   &ops::softmax,
                                   &ops::spatial_mean,
                                   &ops::multiple_grid_anchors})
            set[op->name] = op;
        return set;
    }();
    return all;
}

} // namespace tradewind
