// SPDX-License-Identifier: Apache-2.0
// A compiled network for one resized size.
#pragma once

#include "detector/detector.h"

namespace tradewind {

// Only the four detection outputs stay, in the order boxes, scores, classes, count; everything that serves none of them
// is dropped by the passes.
void keep_detections_only(Graph &graph);

// Suppression leaves other classes out, so that they take no place among the detections.
void keep_classes_only(Graph &graph, const std::set<int> &classes); // empty: all stay

// describe, bind, optimise: with every stage and tap as outputs and values that bear the names of published networks,
// or with the four outputs of detections, of the classes that the options ask for.
Graph named_graph(const Model &model, ImageSize resized);
Graph detection_graph(const Model &model, ImageSize resized, const DetectorOptions &options);

std::unique_ptr<Executable> compile(Graph graph, Target &target, const DetectorOptions &options);

// Detections in pixels of a picture of this size, from the four outputs (in this order: boxes, scores, classes, count).
std::vector<Detection> to_detections(const Model &model, ImageSize picture, const Tensor &boxes, const Tensor &scores,
                                     const Tensor &classes, const Tensor &count);

// The most recently used plans, at most `capacity` of them.
class PlanCache {
public:
    explicit PlanCache(std::size_t capacity) : capacity_(capacity ? capacity : 1) {}

    // Null when there is none of this size.
    Executable *find(ImageSize size);
    Executable &insert(ImageSize size, std::unique_ptr<Executable> executable);

private:
    struct Entry {
        ImageSize size;
        std::unique_ptr<Executable> executable;
    };
    std::size_t capacity_;
    std::vector<Entry> entries_; // the most recently used last
};

} // namespace tradewind
