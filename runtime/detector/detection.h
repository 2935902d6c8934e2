// SPDX-License-Identifier: Apache-2.0
// What a detector says of one picture.
#pragma once

#include <string>
#include <vector>

namespace tradewind {

// Corners in pixels of the picture as given to the detector (upright), not rounded, clipped to the picture.
struct Box {
    float ymin = 0, xmin = 0, ymax = 0, xmax = 0;
};

struct Detection {
    Box box;
    int class_id = 0;   // label-map id, 1-based
    std::string label;  // "class 7" when the model names no label for it
    float score = 0;
};

// Milliseconds of the stages of one picture.
struct StageTimes {
    double decode = 0, resize = 0, network = 0, total = 0; // network includes the post-processing, which is in the graph
};

} // namespace tradewind
