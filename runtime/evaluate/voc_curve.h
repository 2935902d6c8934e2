// SPDX-License-Identifier: Apache-2.0
// Precision against recall, and the two areas that PASCAL VOC takes under it.
#pragma once

#include <cstdint>
#include <vector>

namespace tradewind {

struct RankedDetection {
    double score = 0;
    std::int64_t image_id = 0;
    std::uint32_t order = 0; // within its picture
    double right = 0;        // its weight as a right one; 0: it is wrong
};

struct VocCurve {
    std::vector<double> precision, recall; // after each detection, best first
};

// `objects` above 0. Ties of scores by ascending image id, then order.
VocCurve voc_curve(std::vector<RankedDetection> detections, double objects);

// The area under the precision that has been made monotonic from the right (VOC 2010); 0 for an empty curve.
double area_under(const VocCurve &curve);

// The mean of the best precision at recall of at least 0, .1 ... 1 (VOC 2007).
double eleven_point_mean(const VocCurve &curve);

} // namespace tradewind
