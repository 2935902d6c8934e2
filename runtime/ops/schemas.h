// SPDX-License-Identifier: Apache-2.0
// The schema of each op, for the table of all.
#pragma once

#include "graph/schema.h"

namespace tradewind::ops {

extern const OpSchema add, avg_pool, batch_norm, clip_boxes, concat, conv2d, convert_scores, crop_and_resize,
    decode_boxes, dense, depthwise_conv2d, detect_from_logits, detect_from_maps, grid_anchors, l2_normalization,
    max_pool, multiclass_nms, normalize, pad, position_sensitive_crop, position_sensitive_predict, proposals, relu,
    relu6, reshape, scale_boxes, sigmoid, softmax, spatial_mean, multiple_grid_anchors;

// Conditions on inputs, for shape rules: each throws Error(usage) that says what the op needs.
void require_rank(const ValueType &input, std::size_t rank,
                  const char *what); // "the input must have 4 dimensions (n x h x w x c)"
std::int64_t require_positive(const Attributes &attributes, const char *key);
AttributeSpec activation_attribute();
AttributeSpec flag(const char *key, std::int64_t fallback); // an integer that is 0 or 1

// The leaf under which a conv2d finds its kernel: "weights", or "pointwise_weights" in a separable convolution.
std::string weights_leaf(const Attributes &attributes);

} // namespace tradewind::ops
