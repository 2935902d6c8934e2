// SPDX-License-Identifier: Apache-2.0
// One picture, one category: which detections are right. The rules stand in evaluate/voc_evaluation.h.
#pragma once

#include "evaluate/annotations.h"
#include "evaluate/voc_curve.h"

#include <vector>

namespace tradewind {

struct VocOptions {
    double iou = 0.5;           // from which on a box is found
    bool plus_one = false;      // coordinates number pixels, sides are one longer: the devkit's rule
    bool keep_empty = false;    // detections without width or height are wrong, not left out: the devkit's rule
    double group_of_weight = 0; // of a box around several objects, beside 1 for an object
};

// What all pictures so far say of a category.
struct VocTally {
    std::vector<RankedDetection> detections;
    double objects = 0;
    std::size_t pictures = 0, located = 0; // with an object; whose best detection is right
};

// Adds one picture: its objects and detections of that category, both in the order given.
void match_voc(std::int64_t image_id, const std::vector<const Annotation *> &objects,
               std::vector<const ScoredBox *> detections, const VocOptions &options, VocTally &tally);

} // namespace tradewind
