// SPDX-License-Identifier: Apache-2.0
// Several lists of detections of one picture, of several models or parts of the picture, become one. Pure functions;
// only detections of one class meet. Ties go to the detection that comes first. Boxes are in pixels of the picture.
#pragma once

#include "detector/detection.h"

#include <optional>

namespace tradewind {

enum class FusionMethod { nms, soft_nms, wbf };

struct FusionOptions {
    FusionMethod method = FusionMethod::nms;
    std::optional<float> iou;           // of nms and wbf; none: 0.6 and 0.55. Overlaps are compared strictly (>)
    float sigma = 0.5f;                 // of soft_nms
    bool box_voting = false;            // of nms and soft_nms
    std::vector<float> weights;         // one for each model, positive; empty: all count the same
    float score = 0;                    // what is not above it after fusion goes
    std::size_t most = std::size_t(-1); // of the detections that stay
};

inline constexpr float nms_iou = 0.6f, wbf_iou = 0.55f, voting_iou = 0.5f;

// The whole of it, from one list for each model (of a picture seen in parts, of all its parts): weighting, the method,
// box voting, threshold and total. By descending score. Weights scale scores, the largest weight by 1 (wbf: see there).
// Detections whose score is no number are left out.
DetectionList fuse(const std::vector<DetectionList> &models, const FusionOptions &options);

// Greedy non-maximum suppression: by descending score, what overlaps one that stays by more than `iou` goes; ends
// when `most` stay.
DetectionList non_maximum_suppression(DetectionList detections, float iou, std::size_t most = std::size_t(-1));

// Bodla et al. 2017, "Soft-NMS", equation for the Gaussian: the best one is taken and the scores of the others are
// multiplied by exp(-iou^2 / sigma), until none with a score above `score` is left or `most` are taken.
DetectionList soft_non_maximum_suppression(DetectionList detections, float sigma, float score,
                                           std::size_t most = std::size_t(-1));

// Solovyev et al. 2021, "Weighted boxes fusion", section 3: by descending weighted score, each box joins the fused box
// that it overlaps most, by more than `iou`, or begins a new one. A fused box has the mean corners, weighted by weight
// times score, and the mean score, weighted by weight, times the part of all weights whose models see it (T / N where
// weights are equal). Several boxes of one model, as of overlapping parts of a picture, count as one model.
DetectionList weighted_boxes_fusion(const std::vector<DetectionList> &models, const std::vector<float> &weights,
                                    float iou);

// Gidaris & Komodakis 2015, as in the published detection code: each selected one gets the mean score and, weighted by
// scores, the mean box of all in `pool` that overlap it by more than `iou`. By descending score.
DetectionList box_voting(DetectionList selected, const DetectionList &pool, float iou);

} // namespace tradewind
