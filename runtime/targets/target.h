// SPDX-License-Identifier: Apache-2.0
// What computes: a target compiles an optimised graph into an executable for one kind of hardware.
#pragma once

#include "graph/graph.h"
#include "graph/memory_plan.h"
#include "image/picture.h"
#include "image/resize.h"

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
};

struct CompileOptions {
    int threads = 0; // 0: as many as the process may use
    // Receives one line for each thing worth knowing (a kernel that fell back to the reference). May be null.
    std::function<void(const std::string &)> log = {};
    // From Target::shared_weights(); only for plans of the same weights. May be null.
    std::shared_ptr<SharedWeights> shared = {};
    // Called before each kernel of a run; what it throws ends the run. May be null.
    std::function<void()> checkpoint = {};
};

// How one node is computed.
struct Placement {
    std::string node, op, implementation; // implementation: "reference", "onednn brgconv:avx512_core", ...
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
    virtual RunTimes run() = 0;
    // A copy of graph output `output`, in the order of Graph::outputs.
    virtual Tensor read(std::size_t output) const = 0;

    virtual const std::vector<Placement> &placements() const = 0;
    virtual std::size_t activation_bytes() const = 0; // the arena
    virtual std::size_t weight_bytes() const = 0;     // packed weights
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
