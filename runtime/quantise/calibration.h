// SPDX-License-Identifier: Apache-2.0
// Seeing which numbers the values of a network take.
#pragma once

#include "quantise/histogram.h"
#include "quantise/range_choice.h"
#include "quantise/watched_values.h"

#include <map>
#include <optional>
#include <string>

namespace tradewind {

// Runs the network in float32 over pictures. What it watches is the graph that detectors run: its values keep their
// names there. The model and the target must outlive it.
class Calibration {
public:
    Calibration(const Model &model, Target &target, DetectorOptions options);

    void add(const Picture &picture); // throws as Detector::detect
    Quantisation result(RangeMethod method) const;
    const std::map<std::string, Histogram> &histograms() const { return histograms_; }

private:
    WatchedNetwork &network_for(const Picture &picture);

    const Model &model_;
    Target &target_;
    DetectorOptions options_;
    std::shared_ptr<SharedWeights> shared_;
    std::map<std::string, Histogram> histograms_;
    std::optional<WatchedNetwork> network_; // of the last picture's size
    ImageSize size_{};
};

} // namespace tradewind
