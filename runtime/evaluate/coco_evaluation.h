// SPDX-License-Identifier: Apache-2.0
// COCO's detection metrics, bit for bit as pycocotools 2.0.11 with numpy 1.26 computes them for boxes (COCOeval,
// iouType "bbox"); from numpy 2.3 on, sums are in another order, and the last bit may differ.
// Lin et al., Microsoft COCO: Common Objects in Context, 2014; the rules are those of pycocotools/cocoeval.py.
#pragma once

#include "evaluate/annotations.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tradewind {

struct CocoOptions {
    // How many detections of each category of each picture count, best first. Ascending, 1 to 10000.
    std::vector<int> max_detections = {1, 10, 100};
};

struct CocoNumber {
    std::string name;
    double value = -1; // -1: there is nothing to find
};

struct CocoCategory {
    std::int64_t id = 0;
    std::string name;
    std::size_t annotations = 0;        // to be found: in the pictures that were added, crowds left out
    double ap = -1, ap50 = -1, ar = -1; // all areas, with the most detections; -1: there is nothing to find
};

// Row-major, as COCOeval.eval has them. T: overlaps at least .5, .55, ... .95. R: recalls 0, .01, ... 1. K: categories
// by ascending id. A: all, small (area up to 32 x 32), medium, large (from 96 x 96). M: max_detections. -1 where there
// is nothing to find.
struct CocoArrays {
    std::vector<double> iou_thresholds, recall_thresholds; // T, R
    std::size_t categories = 0, areas = 4, cuts = 0;       // K, A, M
    std::vector<double> precision;                         // [T, R, K, A, M], best at that recall or above
    std::vector<double> scores;                            // [T, R, K, A, M], that the recall is reached at
    std::vector<double> recall;                            // [T, K, A, M], the highest

    std::size_t at(std::size_t iou, std::size_t category, std::size_t area, std::size_t cut) const
    {
        return ((iou * categories + category) * areas + area) * cuts + cut;
    }
    std::size_t at(std::size_t iou, std::size_t recall_index, std::size_t category, std::size_t area,
                   std::size_t cut) const
    {
        return (((iou * recall_thresholds.size() + recall_index) * categories + category) * areas + area) * cuts + cut;
    }
};

struct CocoResult {
    // AP, AP50, AP75, APs, APm, APl, AR1, AR10, AR100, ARs, ARm, ARl. With other max_detections there is one AR for
    // each of them, named by it, and all other numbers are with the largest (where pycocotools prints -1 as AP unless
    // 100 is among them).
    std::vector<CocoNumber> numbers;
    std::vector<CocoCategory> categories; // by ascending id
    std::vector<double> ap_by_iou;        // T; all areas, with the most detections
    CocoArrays arrays;
    std::vector<int> max_detections;
    std::size_t pictures = 0, annotations = 0; // that were added; to be found in them, crowds left out

    double number(const std::string &name) const; // Error(failed) when there is no such number
};

// VOC's difficult boxes and boxes of groups count as crowds, as programs that convert annotations to COCO's format
// write them. Pictures are matched as they are added, in any order; the result is as if by ascending image id. For each
// detection 24 bytes are kept, of `annotations` a copy of the boxes. Not for several threads at once.
class CocoEvaluation {
public:
    // Throws Error(usage) for options out of range.
    explicit CocoEvaluation(const Annotations &annotations, CocoOptions options = {});
    ~CocoEvaluation();
    CocoEvaluation(CocoEvaluation &&) noexcept;
    CocoEvaluation &operator=(CocoEvaluation &&) noexcept;

    // Only pictures that were added count, so those without detections are added too. Ties of scores keep the order of
    // `found`. Throws Error(failed), and changes nothing, for a picture or category that is not annotated, a picture
    // that was added before, and scores that are not a number.
    void add(std::int64_t image_id, std::span<const ScoredBox> found);

    // Of what was added until now.
    CocoResult result() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace tradewind
