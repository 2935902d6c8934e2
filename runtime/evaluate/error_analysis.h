// SPDX-License-Identifier: Apache-2.0
// Why average precision is lost: the error types of TIDE.
#pragma once

#include "evaluate/annotations.h"
#include "evaluate/boxes_by_image.h"
#include "evaluate/error_matching.h"

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace tradewind {

struct ErrorResult {
    double average_precision = 0; // at the foreground IoU, 0 to 1; NaN where there is nothing to take a mean of
    std::array<std::size_t, error_types> counts{};
    std::array<double, error_types> gains{}; // of average precision, were errors of that type alone mended; not below 0
    double false_positives = 0;              // gain, were all of them ranked last
    double false_negatives = 0;              // gain, were nothing wanted that was not found
};

// Takes pictures one by one, in any order, and keeps a line of numbers for each detection.
//
// Source: Bolya, Foley, Hays and Hoffman, "TIDE: A General Toolbox for Identifying Object Detection Errors", ECCV 2020,
// section 2, and the program of its authors, tidecv 1.0.1, where the paper leaves a choice. The rules:
//
// - In a picture, the `max_detections` best over all categories are taken by descending score, ties in the order given.
//   Each takes the free object of its category with the largest IoU, the first of equals, if that is at least
//   `foreground`; it is right then. Crowds, groups and difficult boxes are not objects but regions: a detection that is
//   not right, and of which more than `foreground` lies in a region of its category (area shared over its own; a
//   difficult box: IoU), is not ranked. It can be an error all the same, as in tidecv.
// - Every detection that is not right is an error, of the first type that applies; IoUs are with all objects, also
//   those that are taken, and the object meant is the one with the largest, the first of equals:
//   background where the picture has no object at all;
//   localisation: IoU with its own category from `background` to `foreground`, both included;
//   classification: IoU with another category at least `foreground`;
//   duplicate: IoU with a taken object of its own category at least `foreground`;
//   background: no IoU with anything above `background`;
//   both: all else.
// - missed: an object that is not taken and that no localisation or classification error means.
// - To mend: a duplicate, background or both is taken away; a missed object is not wanted any more. A localisation or
//   classification error becomes right, with its score and the object's category, if it has the best score, the first
//   of equals, of all such errors that mean the object and the object is free; else it is taken away.
// - Average precision is COCO's at one IoU: the monotonic precision at recall 0, .01 ... 1, their mean over 101; then
//   the mean over all categories that have an object or a ranked detection. One without objects has 0, and counts; COCO
//   leaves it out.
// - Ties of scores over pictures are broken by ascending image id, then by rank in the picture, mended or not. tidecv
//   breaks them by the order of pictures, and in what is mended puts wrong ones before right ones: its gains differ
//   where scores are equal.
// - Detections of categories that the annotations do not have are left out.
//
// Not safe for use by several threads at once. The annotations must outlive it.
class ErrorAnalysis {
public:
    // Throws Error(usage) unless 0 < background <= foreground <= 1 and max_detections > 0.
    explicit ErrorAnalysis(const Annotations &annotations, ErrorOptions options = {});

    // Throws Error(usage) for a picture that is not annotated or was added before, and for numbers that are not finite;
    // nothing has changed then.
    void add(std::int64_t image_id, std::span<const ScoredBox> boxes);

    // Over the pictures added so far.
    ErrorResult result() const;

private:
    ErrorOptions options_;
    BoxesByImage boxes_;
    std::map<std::int64_t, ObjectCounts> objects_; // by category id
    std::vector<JudgedDetection> detections_;
};

} // namespace tradewind
