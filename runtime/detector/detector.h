// SPDX-License-Identifier: Apache-2.0
// The facade: a model on a target. Keeps one compiled plan for each resized size (a bounded number of them).
#pragma once

#include "detector/detection.h"
#include "detector/model.h"
#include "detector/open_target.h"

#include <memory>
#include <set>
#include <span>

namespace tradewind {

struct DetectorOptions {
    std::string target = "auto"; // as open_target() takes it
    int threads = 0;             // 0: as many as the process may use (affinity and cgroup quota)
    std::set<int> classes;       // only these are wanted; empty: all of the model's
    // Compiled plans kept, one for each resized size: at most so many, with at most so many bytes for the values of
    // all; the least recently used goes first, the one in use never. Weights are shared.
    std::size_t plans = 8, plan_bytes = std::size_t{2} << 30;
    Precision precision = Precision::f32;
    std::size_t batch = 1; // the most pictures computed at once; 1 on a target that computes one after the other
    Tuning tuning = Tuning::fast;
    std::string cache_folder;      // CompileOptions
    std::size_t device_memory = 0; // CompileOptions
    // The most bytes that the process may have resident with a plan more on a target in host memory; plans that are
    // kept go for it, and where that does not suffice, detect() throws Error(resource). 0: as many as there are.
    std::size_t process_memory = 0;
    std::shared_ptr<Arena> arena;                 // CompileOptions; null: one for the plans of this detector
    std::function<void(const std::string &)> log; // may be null
    std::function<void()> checkpoint;             // called between kernels; what it throws ends detect(); may be null
};

// Whether the rows of a value are chosen by non-maximum suppression: where scores nearly tie, targets may choose or
// order them differently, and what follows from them with them.
enum class Selection { none, here, before };

// A value of the network that has a name.
struct NamedPlace {
    std::string name;     // a stage's or a tap's where it has one, else its node's
    std::string node, op; // what computes it; empty for the resized picture
    Shape shape;          // batch axis dropped
    Selection selection = Selection::none;
};

// Of the compiled plans that a detector keeps. Bytes of weights are those packed so far and still in use, each once
// however many plans share them; 0 where a target has nothing to share.
struct PlanStatistics {
    std::size_t plans = 0, activation_bytes = 0, weight_bytes = 0;
};

// When things happened in one run, in milliseconds of tensor/clock.h.
struct Timeline {
    struct Span {
        std::string name;
        double start = 0, end = 0;
    };
    std::vector<Span> spans; // stages, but for those that consist of nodes
    std::vector<NodeSpan> nodes;
    std::vector<Placement> placements; // that the nodes name
};

// Not thread-safe: one thread at a time; any number of detectors.
class Detector {
public:
    // Throws Error(usage) for a precision that the target or the model does not take, and for a batch beyond what the
    // target takes.
    Detector(Model model, std::shared_ptr<Target> target, DetectorOptions options);
    ~Detector();

    // Another one of the same model on the same target, which has to be one in host memory, for use at the same time as
    // this one: packed weights and chosen algorithms are shared, values are its own (or in `arena`). It says nothing to
    // options().log. [setup]
    std::unique_ptr<Detector> twin(std::shared_ptr<Arena> arena = nullptr) const;

    const Model &model() const;
    const Target &target() const;
    const DetectorOptions &options() const; // with the batch that the target takes

    // Boxes in pixels of the picture, by descending score; boxes that are not numbers are left out. Throws
    // Error(resource) when memory does not suffice. `timeline`, unless null and then empty, gets every node: the clocks
    // for that cost a little.
    DetectionList detect(const Picture &picture, StageTimes *times = nullptr, Timeline *timeline = nullptr);

    // Several pictures, of any sizes: those of one resized size are computed together, as many at once as
    // options().batch says. Results, and `times` unless that is null, in the order of the pictures; the same bits as
    // one by one. What a run took is shared out among its pictures. `timeline`: of the first run.
    std::vector<DetectionList> detect(std::span<const Picture *const> pictures,
                                      std::vector<StageTimes> *times = nullptr, Timeline *timeline = nullptr);
    std::vector<DetectionList> detect(std::span<const Picture> pictures, std::vector<StageTimes> *times = nullptr,
                                      Timeline *timeline = nullptr);

    // Named values of the graph for this picture: batch axis dropped. Names: stages, and every node by its scope, but
    // for batch norms and activations, which are part of the layer before them (passes/passes.h, optimise_for_names).
    // `patterns` are globs (* and ?, which match "/" too); none: everything. Throws Error(usage) when one matches
    // nothing. What uses a value of `given` (shapes as returned) gets that instead of what the network computes, so
    // that a second stage can be looked at with the proposals of another target.
    std::map<std::string, Tensor> trace(const Picture &picture, const std::vector<std::string> &patterns,
                                        const std::map<std::string, Tensor> &given = {});
    // The names that trace() would give for pictures of this size, with shapes.
    std::vector<std::pair<std::string, Shape>> traceable(ImageSize picture, const std::vector<std::string> &patterns);

    // The same values, each once, in the order of execution.
    std::vector<NamedPlace> execution_order(ImageSize picture);

    // How each node is computed, for pictures of this size.
    std::vector<Placement> placements(ImageSize picture);

    PlanStatistics plan_statistics() const;

    // Executable::algorithms of all plans so far, each once.
    const std::set<std::string> &algorithms() const;

private:
    struct State;
    explicit Detector(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace tradewind
