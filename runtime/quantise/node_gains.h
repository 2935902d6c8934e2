// SPDX-License-Identifier: Apache-2.0
// Which nodes 8 bits harm most.
#pragma once

#include "quantise/watched_values.h"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace tradewind {

struct NodeGain {
    std::string node;
    double gain = 0; // by how much the noise of the network's results falls when this node alone is kept out
};

// Noise over signal of the maps that detections and proposals are made of: the mean square of 8-bit results less
// float32 ones, over the variance of the latter, averaged over maps. Where proposals stand between, the second stage
// gets those of float32 in both, so that rows are comparable.
//
// For every node with weights that is not kept out already, the network is compiled and run once more. Descending;
// `progress`, unless null, is told (done, of). The target must take Precision::int8. Throws as Detector::detect.
std::vector<NodeGain> node_gains(const Model &model, Target &target, const DetectorOptions &options,
                                 std::span<const Picture> pictures,
                                 const std::function<void(std::size_t, std::size_t)> &progress = {});

} // namespace tradewind
