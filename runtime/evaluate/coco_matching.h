// SPDX-License-Identifier: Apache-2.0
// Which detections of one category in one picture are right, at each of COCO's overlaps and areas.
#pragma once

#include "evaluate/annotations.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tradewind {

constexpr std::size_t coco_thresholds = 10, coco_areas = 4, coco_recalls = 101;

// .5, .55, ... .95 and 0, .01, ... 1, with the bits of numpy.linspace.
std::vector<double> coco_iou_thresholds();
std::vector<double> coco_recall_thresholds();

// Bounds belong to both areas that they part.
bool in_coco_area(double area, std::size_t area_index);

struct CocoTruth {
    Rectangle box;
    double area = 0;
    std::uint32_t category = 0; // its index
    bool crowd = false;
    bool counts = true; // pycocotools takes a match with the annotation whose id is 0 for none
};

// Bit 4 * threshold + area of each. Neither: ignored there.
struct CocoOutcome {
    std::uint64_t right = 0, wrong = 0;
};

// The detection, or where `crowd` the part of it, that overlaps; 0 unless both sides of the intersection are positive.
double coco_overlap(const Rectangle &found, const Rectangle &truth, bool crowd);

// Keeps its memory from call to call.
class CocoMatcher {
public:
    // COCOeval.evaluateImg: `found` by descending score, truths in the order of the file. One outcome for each of
    // `found`, valid until the next call.
    std::span<const CocoOutcome> match(std::span<const Rectangle> found, std::span<const CocoTruth> truths);

private:
    void sort_truths(std::span<const CocoTruth> truths, std::size_t area);
    std::size_t best_match(std::size_t found, double threshold, std::span<const CocoTruth> truths) const;
    void match_at(std::size_t threshold, std::size_t area, std::span<const Rectangle> found,
                  std::span<const CocoTruth> truths);

    std::vector<double> thresholds_ = coco_iou_thresholds();
    std::vector<double> overlaps_; // [found, truths]
    std::vector<std::size_t> order_;
    std::vector<unsigned char> ignored_, taken_; // by truth
    std::vector<CocoOutcome> outcomes_;
};

} // namespace tradewind
