// SPDX-License-Identifier: Apache-2.0
// From the outcomes of all detections of one category to curves of precision over recall.
#pragma once

#include "evaluate/coco_evaluation.h"
#include "evaluate/coco_matching.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tradewind {

// All that is kept of a detection.
struct CocoRecord {
    double score = 0;
    std::uint32_t picture = 0;                          // its place by ascending image id
    std::uint16_t rank = 0;                             // among the detections of its picture and category, best first
    std::array<std::uint8_t, 5> right = {}, wrong = {}; // CocoOutcome, lowest byte first
};
static_assert(sizeof(CocoRecord) == 24, "memory for each detection of a large data set");

CocoRecord coco_record(double score, std::uint32_t picture, std::size_t rank, const CocoOutcome &outcome);

// By descending score; ties by picture and rank, which is what a stable sort of them in that order gives.
void sort_coco_records(std::vector<CocoRecord> &records);

using CocoWanted = std::array<std::size_t, coco_areas>; // how many annotations are to be found, by area

// Nothing was found, and nothing was wanted: all -1.
CocoArrays empty_coco_arrays(std::size_t categories, std::size_t cuts);

// COCOeval.accumulate for one category: fills its part of `arrays`.
void accumulate_coco(const std::vector<CocoRecord> &sorted, const CocoWanted &wanted,
                     const std::vector<int> &max_detections, std::size_t category, CocoArrays &arrays);

} // namespace tradewind
