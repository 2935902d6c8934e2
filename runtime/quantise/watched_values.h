// SPDX-License-Identifier: Apache-2.0
// A detection network of which more can be read than detections.
#pragma once

#include "detector/plan.h"

#include <map>
#include <string>
#include <vector>

namespace tradewind {

// What a range is of use for: maps (of four axes), and what layers with weights read and compute. Not anchors, boxes
// and scores.
std::vector<Value> network_values(const Graph &graph);

// What detections, and proposals, are made of; anchors among it.
std::vector<Value> head_values(const Graph &graph);

// The graph compiled with these values as its only outputs, for pictures of one size.
class WatchedNetwork {
public:
    WatchedNetwork(Graph graph, std::vector<Value> values, Target &target, const DetectorOptions &options,
                   std::shared_ptr<SharedWeights> shared = nullptr);

    void run(const Picture &picture, ResizeMethod method);
    // Further inputs of the graph, in the order of Graph::inputs from the second on.
    void give(std::size_t input, const Tensor &tensor) { executable_->write(input + 1, tensor); }

    std::size_t count() const { return names_.size(); }
    const std::string &name(std::size_t value) const { return names_[value]; }
    Tensor read(std::size_t value) const; // of a value with live rows, these alone

private:
    std::vector<std::string> names_;
    std::vector<std::size_t> counts_; // by value: which output says how many rows are live; 0: all are
    std::unique_ptr<Executable> executable_;
};

} // namespace tradewind
