// SPDX-License-Identifier: Apache-2.0
// Golden activations: a record of what a network computed for one picture, small enough to travel in its bundle, and
// the comparison of a target with it.
#pragma once

#include "detector/detector.h"
#include "weights/bundle.h"

#include <optional>

namespace tradewind {

// Facts of one value of the network. Of large values a sample stands for all: element (k * 2654435761) mod count for
// k = 0..31; the four numbers, which every element has a part in, catch what lies between.
struct GoldenValue {
    std::string name; // as trace() gives it
    Shape shape;      // batch axis dropped
    float mean = 0, deviation = 0, least = 0, most = 0;
    std::vector<float> samples; // all elements of values that suppression chose, up to 4096
};

struct Golden {
    std::string picture_name;        // "picture:300x300": by formula, else the name of the file that it came from
    Picture picture;                 // upright, not resized
    std::string target;              // what computed them: "reference"
    std::vector<GoldenValue> values; // in the order of execution
    std::vector<Detection> detections;
};

// The most bytes of pixels of a picture that a bundle carries; pictures by formula are carried as their size.
inline constexpr std::size_t most_golden_pixels = 1'000'000;

// Throws Error(usage) for a picture too large to be carried. `picture_name`: see above.
Golden record_golden(Detector &detector, const Picture &picture, const std::string &picture_name);

// As a bundle carries them. Reading checks everything: Error(refused) with `file` as context.
GoldenSection to_section(const Golden &golden);
Golden from_section(const GoldenSection &section, const std::string &file);

// How a target differs. `where` tells a person which number it was and what both are.
struct GoldenDifference {
    std::string name, node, op; // node and op are empty for the resized picture and for detections
    std::string where;
    double difference = 0, allowed = 0;
};

struct GoldenReport {
    std::size_t values = 0, differing = 0;   // compared; of these beyond what is allowed
    std::size_t detections = 0, lost = 0;    // recorded, compared as sets; of these not found
    std::size_t surplus = 0;                 // detections that are found, but not recorded
    std::optional<GoldenDifference> first;   // in the order of execution, detections last
    std::optional<GoldenDifference> largest; // by difference / allowed, whether allowed or not
    std::size_t left_out = 0;                // results of a suppression that chose or ordered near ties differently
    bool detections_decide = true;           // GoldenAllowance::detections

    bool agrees() const { return differing + (detections_decide ? lost + surplus : 0) == 0; }
};

// How far a target may be off: standard deviations of the value for maps and for predictions (values with at most two
// axes); for boxes as parts of the picture; for scores. Where a standard deviation is next to nothing, `resolution`
// times the largest element.
struct GoldenAllowance {
    double maps = 2e-4, predictions = 1e-4, boxes = 1e-5, scores = 1e-5, resolution = 1e-6;
    bool detections = true; // they must be found again; else they are only counted
};

// What is due to a precision: with less than float32, errors of all layers before add up, and where scores are nearly
// equal, other detections may be chosen.
GoldenAllowance allowance_for(Precision precision);

// Runs the network on the picture of the record. What follows from proposals is computed from the recorded ones; what a
// suppression chose may be in another order, and then detections, those of the whole network as detect() runs it,
// decide.
GoldenReport compare_with_golden(Detector &detector, const Golden &golden, const GoldenAllowance &allowance = {});

} // namespace tradewind
