// SPDX-License-Identifier: Apache-2.0
// Average precision as PASCAL VOC defines it, and CorLoc.
#pragma once

#include "evaluate/annotations.h"
#include "evaluate/boxes_by_image.h"
#include "evaluate/voc_curve.h"
#include "evaluate/voc_matching.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tradewind {

struct VocCategory {
    std::int64_t id = 0;
    std::string name;
    double objects = 0;            // that were wanted in the pictures added: whole, unless groups weigh a fraction
    double average_precision = 0;  // area under the curve, all points (VOC 2010 and later)
    double eleven_point = 0;       // mean of the precision at recall 0, .1 ... 1 (VOC 2007)
    double correct_location = 0;   // CorLoc
    std::vector<double> precision; // after each ranked detection, best first; as it is, not made monotonic
    std::vector<double> recall;    // alike; both empty where objects is 0
};

struct VocResult {
    std::vector<VocCategory> categories; // all of the annotations, in their order
    // Over the categories whose number is not NaN; NaN where there is none.
    double mean_average_precision = 0, mean_eleven_point = 0, mean_correct_location = 0;
};

// Takes pictures one by one, in any order, and keeps of each detection its score, place and verdict.
//
// Sources: the devkit of Everingham et al., "The PASCAL Visual Object Classes Challenge" (VOCevaldet.m, VOCap.m; 2007
// for eleven points, 2010 for all), and for groups and CorLoc the evaluator of TensorFlow's Object Detection API
// (per_image_evaluation.py, metrics.py). The rules:
//
// - Only pictures that were added count, with all their objects.
// - Each category alone. Within a picture, detections are taken by descending score, ties in the order given.
// - A detection belongs to the object of its category with which it has the largest IoU, the first of equals, be that
//   object taken or not, difficult or not, but no group. From an IoU of `iou` on (equal is enough) it is right if the
//   object is free, and the object is then taken; a second one is wrong. Below, it is wrong.
// - One that belongs to a difficult object is neither right nor wrong, and difficult objects are not wanted. COCO's
//   crowds count as difficult here.
// - A detection that would be wrong and lies in a group (intersection over the detection's own area at least `iou`;
//   the group where it is largest, the first of equals) is neither right nor wrong. With a weight above 0, each group
//   that has such detections is one right detection of that weight, at the best of their scores if that is above 0,
//   and each group is wanted with that weight, difficult or not.
// - Detections without width or height (with plus_one: of less than a pixel) are left out before anything else, as the
//   Object Detection API does; with keep_empty they are wrong ones, as in the devkit. Those of categories that the
//   annotations do not have are left out always.
// - Ranking over pictures is by descending score; ties by ascending image id, then in the order given, groups after
//   the others of their picture.
// - Eleven points: the best precision at a recall of at least t, 0 where there is none, for t = 0, .1, ... 1. A recall
//   of exactly k of 10 reaches its point, however the quotients are rounded (Python ports with thresholds 3 x 0.1 =
//   0.30000000000000004 miss it).
// - CorLoc (Deselaers et al., ECCV 2010): of the pictures with an object of the category (difficult ones and groups
//   too), the share in which the best detection, the first of equals, has an IoU of at least `iou` with one.
// - A category without wanted objects has NaN as its precisions; without any, as its CorLoc too.
//
// Not safe for use by several threads at once. The annotations must outlive it.
class VocEvaluation {
public:
    // Throws Error(usage) unless 0 < iou <= 1 and group_of_weight is in [0, 1].
    explicit VocEvaluation(const Annotations &annotations, VocOptions options = {});

    // Throws Error(usage) for a picture that is not annotated or was added before, and for numbers that are not finite;
    // nothing has changed then.
    void add(std::int64_t image_id, std::span<const ScoredBox> boxes);

    // May be asked for at any time; more pictures may be added afterwards.
    VocResult result() const;

private:
    const Annotations &annotations_;
    VocOptions options_;
    BoxesByImage boxes_;
    std::unordered_map<std::int64_t, std::size_t> places_; // of categories
    std::vector<VocTally> tallies_;                        // by place
};

} // namespace tradewind
