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

class Arena; // targets/arena.h

// What the plans of one model on one target have in common, kept by whoever holds the plans; what is in it is the
// target's.
class SharedWeights {
public:
    virtual ~SharedWeights() = default;
    virtual std::size_t bytes() const = 0; // of those in use, each once
};

// In what a network's maps and weights are kept and multiplied; sums are float32 everywhere, and so are boxes, scores
// and their arithmetic. tf32: kept as float32, multiplied with 10 bits of mantissa.
enum class Precision { f32, tf32, f16, bf16, int8 };
const char *to_string(Precision precision); // "f32"

// How the algorithms of layers are chosen where a target has several. off: the first that a library proposes; fast: by
// its predictions; full: by measurement, which is kept in CompileOptions::cache_folder.
enum class Tuning { off, fast, full };

struct CompileOptions {
    int threads = 0; // 0: as many as the process may use
    // Receives one line for each thing worth knowing (a kernel that fell back to the reference). May be null.
    std::function<void(const std::string &)> log = {};
    // From Target::shared_weights(); only for plans of the same weights. May be null.
    std::shared_ptr<SharedWeights> shared = {};
    // Where an executable in host memory has its values, beside those of others of which only one runs at a time and
    // whose outputs are read before the next one runs. Null: in memory of its own.
    std::shared_ptr<Arena> arena = {};
    // Called before each kernel of a run; what it throws ends the run. May be null.
    std::function<void()> checkpoint = {};
    // Makes an executable that cannot run: weights need not be bound, and nothing large is written, so that its memory
    // can be told (Executable::memory) before it is used.
    bool only_measure = false;
    Precision precision = Precision::f32;
    std::size_t batch = 1; // pictures of one run: Executable::batch
    Tuning tuning = Tuning::fast;
    std::string cache_folder = {}; // where what took time is kept from run to run; empty: nowhere
    std::size_t device_memory = 0; // the most bytes of a device's own memory; 0: as many as there are
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
    std::string choice = {}; // where there are several ways, which one and why: "winograd f32 (2026-11-26: direct ...)"
};

// When a node was computed, in milliseconds of tensor/clock.h.
struct NodeSpan {
    std::size_t placement = 0; // index into Executable::placements()
    double start = 0, end = 0;
};

// Milliseconds of one run.
struct RunTimes {
    double network = 0, postprocess = 0; // the latter: ops that make detections of the network's results
    double upload = 0, download = 0;     // to and from a device's own memory, where run() does that
    double resize = 0;                   // likewise
};

// A compiled graph with its memory. [exec]: one call at a time on one executable, any number across executables.
//
// Graphs describe one picture. An executable of batch N computes the graph for N pictures at once, each on its own
// values ("slot" 0 to N - 1) and with the same result, bit for bit, as in any other slot and beside any neighbours.
class Executable {
public:
    virtual ~Executable() = default;

    virtual std::size_t batch() const { return 1; }

    // Fills graph input `input` (float32, 1 x h x w x 3) of a slot from a picture by the rule; h x w is the input's
    // shape. The picture may go when this returns.
    virtual void resize_into(std::size_t input, std::size_t slot, const Picture &picture, ResizeMethod method) = 0;
    virtual void write(std::size_t input, std::size_t slot, const Tensor &tensor) = 0;
    // All slots; what is in those that were not filled is of no meaning. `spans`, unless null, gets one for each node
    // that has a kernel, in the order of execution; taking the time costs a little, so runs that are to be timed as a
    // whole go without.
    virtual RunTimes run(std::vector<NodeSpan> *spans = nullptr) = 0;
    // A copy of graph output `output`, in the order of Graph::outputs, as float32.
    virtual Tensor read(std::size_t output, std::size_t slot) const = 0;

    // Of the first slot.
    void resize_into(std::size_t input, const Picture &picture, ResizeMethod method)
    {
        resize_into(input, 0, picture, method);
    }
    void write(std::size_t input, const Tensor &tensor) { write(input, 0, tensor); }
    Tensor read(std::size_t output) const { return read(output, 0); }

    virtual const std::vector<Placement> &placements() const = 0;
    virtual std::size_t activation_bytes() const = 0; // the arena
    virtual std::size_t weight_bytes() const = 0;     // packed weights
    // What chose the algorithms of its layers, in a word for records of results: "table avx512_core_amx",
    // "measured 5f3a09c1". The same word on the same machine is the same bits. Empty: there was nothing to choose.
    virtual std::string algorithms() const { return {}; }
    // The whole need of the first plan of a model; further ones find their weights packed.
    virtual MemoryNeed memory() const = 0;
};

class Target {
public:
    virtual ~Target() = default;
    virtual std::string name() const = 0;        // "reference", "cpu"
    virtual std::string description() const = 0; // library and instruction set, for doctor

    // Precisions and batches that compile() takes, in words for a user; empty when these can be.
    virtual std::string refuses(Precision precision, std::size_t batch) const = 0;

    // Empty when this target computes the node itself; else the reason why not.
    virtual std::string refuses(const Graph &graph, const Node &node) const = 0;

    // Room for weights that several plans of one model use, so that each is packed and kept once. Null: none.
    virtual std::shared_ptr<SharedWeights> shared_weights() const { return nullptr; }

    // What plan_memory is to follow for compile() with the same options.
    virtual MemoryRules memory_rules(const Graph &, const CompileOptions &) const { return {}; }

    // Compiles a graph whose parameters are bound. The graph's tensors are released one by one as they are packed; who
    // shares them (a model keeps its own, usually a mapped file, for further plans) keeps them. [setup]
    virtual std::unique_ptr<Executable> compile(Graph &&graph, const MemoryPlan &plan,
                                                const CompileOptions &options) = 0;
};

} // namespace tradewind
