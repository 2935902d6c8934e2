// SPDX-License-Identifier: Apache-2.0
// What computes: a target compiles an optimised graph into an executable for one kind of hardware.
#pragma once

#include "graph/graph.h"
#include "graph/memory_plan.h"
#include "image/picture.h"
#include "image/resize.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tradewind {

// What the plans of one model on one target have in common, kept by whoever holds the plans; what is in it is the
// target's.
class SharedWeights {
public:
    virtual ~SharedWeights() = default;
    virtual std::size_t bytes() const = 0; // of those in use, each once
};

struct CompileOptions {
    int threads = 0; // 0: as many as the process may use
    // Receives one line for each thing worth knowing (a kernel that fell back to the reference). May be null.
    std::function<void(const std::string &)> log = {};
    // From Target::shared_weights(); only for plans of the same weights. May be null.
    std::shared_ptr<SharedWeights> shared = {};
    // Called before each kernel of a run; what it throws ends the run. May be null.
    std::function<void()> checkpoint = {};
    // Makes an executable that cannot run: weights need not be bound, and nothing large is written, so that its memory
    // can be told (Executable::memory) before it is used.
    bool only_measure = false;
};

// Bytes that an executable adds to the memory of the process, without code, descriptions and other small things.
struct MemoryNeed {
    std::size_t activations = 0;
    std::size_t weights = 0; // as they are kept, with pages of files where they are used as they stand in these
    std::size_t packing = 0; // the most at any time while weights are packed: those that are, and what is read
    std::size_t scratch = 0; // while it runs
    std::size_t most() const { return activations + std::max(packing, weights + scratch); }
};

// How one node is computed.
struct Placement {
    std::string node, op, implementation; // implementation: "reference", "onednn brgconv:avx512_core", ...
    Cost cost = {};                       // with all rows live
    bool post_processing = false;         // OpSchema::post_processing
};

// When a node was computed, in milliseconds of tensor/clock.h.
struct NodeSpan {
    std::size_t placement = 0; // index into Executable::placements()
    double start = 0, end = 0;
};

// Milliseconds of one run.
struct RunTimes {
    double network = 0, postprocess = 0; // the latter: ops that make detections of the network's results
};

// A compiled graph with its memory. [exec]: one call at a time on one executable, any number across executables.
class Executable {
public:
    virtual ~Executable() = default;

    // Fills graph input `input` (float32, 1 x h x w x 3) from a picture by the rule; h x w is the input's shape.
    virtual void resize_into(std::size_t input, const Picture &picture, ResizeMethod method) = 0;
    virtual void write(std::size_t input, const Tensor &tensor) = 0;
    // `spans`, unless null, gets one for each node that has a kernel, in the order of execution; taking the time costs
    // a little, so runs that are to be timed as a whole go without.
    virtual RunTimes run(std::vector<NodeSpan> *spans = nullptr) = 0;
    // A copy of graph output `output`, in the order of Graph::outputs.
    virtual Tensor read(std::size_t output) const = 0;

    virtual const std::vector<Placement> &placements() const = 0;
    virtual std::size_t activation_bytes() const = 0; // the arena
    virtual std::size_t weight_bytes() const = 0;     // packed weights
    // The whole need of the first plan of a model; further ones find their weights packed.
    virtual MemoryNeed memory() const = 0;
};

class Target {
public:
    virtual ~Target() = default;
    virtual std::string name() const = 0;        // "reference", "cpu"
    virtual std::string description() const = 0; // library and instruction set, for doctor

    // Empty when this target computes the node itself; else the reason why not.
    virtual std::string refuses(const Graph &graph, const Node &node) const = 0;

    // Room for weights that several plans of one model use, so that each is packed and kept once. Null: none.
    virtual std::shared_ptr<SharedWeights> shared_weights() const { return nullptr; }

    // Compiles a graph whose parameters are bound. The graph's tensors are released one by one as they are packed; who
    // shares them (a model keeps its own, usually a mapped file, for further plans) keeps them. [setup]
    virtual std::unique_ptr<Executable> compile(Graph &&graph, const MemoryPlan &plan,
                                                const CompileOptions &options) = 0;
};

} // namespace tradewind
