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
    int class_id = 0;  // label-map id, 1-based
    std::string label; // "class 7" when the model names no label for it
    float score = 0;
};

// What a detector, or a model of several, says of a picture.
using DetectionList = std::vector<Detection>;

// Milliseconds of the stages of one picture. What lies between them (and compiling a plan, for a new size) is in the
// total alone.
struct StageTimes {
    double decode = 0;     // from bytes to pixels
    double preprocess = 0; // resize, with normalisation where one pass does both; else it is of the network
    double upload = 0;     // to the memory of a device; 0 where that is the host's
    double network = 0;
    double postprocess = 0; // proposals, decoding of boxes, suppression, pixels of the picture
    double download = 0;    // the network's outputs, from where they were computed
    double total = 0;
};

} // namespace tradewind
