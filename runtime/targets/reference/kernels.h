// SPDX-License-Identifier: Apache-2.0
// The plain kernel of each op.
#pragma once

#include "targets/reference/reference.h"

namespace tradewind::reference {

void add(const Operation &operation);
void avg_pool(const Operation &operation);
void batch_norm(const Operation &operation);
void clip_boxes(const Operation &operation);
void concat(const Operation &operation);
void conv2d(const Operation &operation);
void convert_scores(const Operation &operation);
void crop_and_resize(const Operation &operation);
void decode_boxes(const Operation &operation);
void dense(const Operation &operation);
void depthwise_conv2d(const Operation &operation);
void detect_from_logits(const Operation &operation);
void detect_from_maps(const Operation &operation);
void grid_anchors(const Operation &operation);
void l2_normalization(const Operation &operation);
void max_pool(const Operation &operation);
void multiclass_nms(const Operation &operation);
void normalize(const Operation &operation);
void pad(const Operation &operation);
void position_sensitive_crop(const Operation &operation);
void position_sensitive_predict(const Operation &operation);
void proposals(const Operation &operation);
void relu(const Operation &operation);
void relu6(const Operation &operation);
void reshape(const Operation &operation);
void scale_boxes(const Operation &operation);
void sigmoid(const Operation &operation);
void softmax(const Operation &operation);
void spatial_mean(const Operation &operation);
void multiple_grid_anchors(const Operation &operation);

// Applies "none", "relu" or "relu6" in place.
void activate(const std::string &activation, float *values, std::int64_t count);

// The channels of one output pixel of a layer with weights: sums in double that begin at the biases and are rounded
// once, so that the oracle's own error does not count.
class Sums {
public:
    Sums(const Operation &operation, std::int64_t channels);

    double *start();         // at the biases, or at 0
    float *write(float *to); // returns where the next pixel goes

private:
    const float *biases_; // null: none
    std::vector<double> sums_;
};

} // namespace tradewind::reference
