// SPDX-License-Identifier: Apache-2.0
// Pictures from their files to the texts of their results, and how long each part of that takes.
#pragma once

#include "detector/detector.h"

#include <array>

namespace tradewind {

struct PictureSource {
    std::string name;
    std::function<Picture()> load; // reads and decodes: the stage "decode". [any thread]
};

// Milliseconds of one picture; of several at once, their share. Stages in the order of stage_names(); what lies between
// them is in the total alone. Giving the memory of the pixels back, at the end, is part of "decode".
struct PictureTimes {
    std::array<double, 7> stages{};
    double total = 0;
    double waited = 0; // for processors that others used, as far as it is known of one picture
};

// Not thread-safe, as its detector is not.
class Pipeline {
public:
    // `annotate`: the stage "encode" makes a picture with the boxes drawn on it too, in memory.
    Pipeline(Detector &detector, bool annotate) : detector_(detector), annotate_(annotate) {}

    // At least one picture; as many as are given at once. Throws what loading and detecting throw. `timeline`, unless
    // null and then empty, gets all stages and the nodes of the first run.
    PictureTimes run(const std::vector<const PictureSource *> &sources, Timeline *timeline = nullptr);

private:
    std::size_t encode(const PictureSource &source, const Picture &picture, DetectionList found,
                       const StageTimes &times) const;

    Detector &detector_;
    bool annotate_;
    std::size_t written_ = 0; // bytes of all results, so that making them cannot be left out
};

} // namespace tradewind
