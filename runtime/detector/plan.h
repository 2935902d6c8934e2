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
// or with the four outputs of detections, of the classes that the options ask for, and the model's ranges; this one not
// bound where the model has no weights.
Graph named_graph(const Model &model, ImageSize resized);
Graph detection_graph(const Model &model, ImageSize resized, const DetectorOptions &options);

// `shared`: see CompileOptions. `before`, if any, learns the size of the activations before they are allocated.
std::unique_ptr<Executable> compile(Graph graph, Target &target, const DetectorOptions &options,
                                    std::shared_ptr<SharedWeights> shared = nullptr,
                                    const std::function<void(std::size_t)> &before = {});

// An executable that cannot run, for its memory(): see CompileOptions::only_measure.
std::unique_ptr<Executable> measure(Graph graph, Target &target, const DetectorOptions &options);

// Detections in pixels of a picture of this size, from the four outputs (in this order: boxes, scores, classes, count).
std::vector<Detection> to_detections(const Model &model, ImageSize picture, const Tensor &boxes, const Tensor &scores,
                                     const Tensor &classes, const Tensor &count);

// The most recently used plans: at most `capacity` of them, with at most `bytes` of activations, but always one.
// `share`: all have their activations in one arena, which is as large as the largest needs.
class PlanCache {
public:
    PlanCache(std::size_t capacity, std::size_t bytes, bool share = false)
        : capacity_(capacity), bytes_(bytes), share_(share)
    {
    }

    // Null when there is none of this size.
    Executable *find(ImageSize size);
    // Before a plan of so many bytes is made, so that it never stands beside what must go.
    void make_room(std::size_t activation_bytes);
    void drop_oldest(); // there is one
    Executable &insert(ImageSize size, std::unique_ptr<Executable> executable);

    std::size_t count() const { return entries_.size(); }
    std::size_t activation_bytes() const;

private:
    struct Entry {
        ImageSize size;
        std::unique_ptr<Executable> executable;
    };
    std::size_t with(std::size_t bytes) const; // of activations, if there were a plan more

    std::size_t capacity_, bytes_;
    bool share_;
    std::vector<Entry> entries_; // the most recently used last
};

} // namespace tradewind
