// SPDX-License-Identifier: Apache-2.0
// An executable in host memory: one arena and a list of kernels. The reference and the oneDNN target are built on it.
#pragma once

#include "targets/target.h"

#include <algorithm>
#include <array>
#include <span>

namespace tradewind {

// Computes one node. Views are bound once, when the executable is made.
class Kernel {
public:
    virtual ~Kernel() = default;
    virtual void run() = 0; // [exec]
    virtual std::string implementation() const = 0;
    virtual std::size_t weight_bytes() const { return 0; }  // memory held beyond the arena
    virtual std::size_t scratch_bytes() const { return 0; } // of its own, besides
};

// How a value lies in the arena: its numbers, each times `scale`, is what the value is.
struct StoredAs {
    // Rows: as the shape says. Blocked: n x c/16 x h x w x 16, for maps with a multiple of 16 channels.
    enum class Layout { rows, blocked };

    ElementType type = ElementType::f32;
    float scale = 1.0f;
    Layout layout = Layout::rows;

    bool is_plain() const { return type == ElementType::f32 && layout == Layout::rows; }
    bool operator==(const StoredAs &) const = default;
};

// The parameters of a node, or a part of one, before they are read.
struct WeightSource {
    std::size_t bytes = 0;  // of the values
    std::size_t beside = 0; // that are in memory besides while they are read: pages of a file
    bool fresh = false;     // reading makes a copy, which whoever reads may keep
    bool mapped = false;    // reading gives pages of a file
    std::function<Tensor()> read;
    // Tells the values from all others, without reading them where they are mapped; empty where nobody knows.
    std::function<std::string()> identity = {};
};

// The parameters of a node, in the order of Node::parameters.
struct NodeParameters {
    Graph &graph;
    const Node &node;
    bool only_measure = false; // CompileOptions; take() then gives parameters without values

    // Moves one out of the graph, so that its memory ends with the last holder; throws Error(failed) when the node has
    // no such parameter.
    Tensor take(const std::string &leaf) const;
    WeightSource source(const std::string &leaf) const; // the same, told of before; read() is take()
    bool has(const std::string &leaf) const { return graph.parameter(node, leaf) != 0; }
    const Attributes &attributes() const { return node.attributes; }
};

// All that a kernel is made from. Views point into the arena and keep their addresses; the content exists only while
// the kernel runs.
struct KernelRequest : NodeParameters {
    std::vector<TensorView> inputs, outputs; // their types are those of storage
    std::vector<StoredAs> stored_inputs, stored_outputs;
    // All inputs and outputs are as the graph says: what a kernel needs that knows nothing of storage.
    bool is_plain() const;
    // Where stands how many leading rows of the outputs are wanted; null: all. Ops that read a count as an input have
    // none here. Inputs with as many rows as the output have as many live ones.
    const float *live = nullptr;
};

// The live rows among `rows`; `live` is null or KernelRequest::live.
inline std::int64_t live_rows(const float *live, std::int64_t rows)
{
    return live ? std::clamp(static_cast<std::int64_t>(*live), std::int64_t{0}, rows) : rows;
}

// Target::refuses of those that compute one picture after the other in float32. `what`: "the processor".
std::string refuses_all_but_plain(const std::string &what, Precision precision, std::size_t batch);

// Makes a kernel, or returns null when this factory has none for the node.
using KernelFactory = std::function<std::unique_ptr<Kernel>(const KernelRequest &)>;

// What the op `normalize` does to pixels: value * scale - mean, after their channels were reversed where that is asked.
struct Normalisation {
    std::array<float, 3> scale, mean;
    bool reversed = false;
};

// The resize of an executable: (picture, method, what is done to the result or null, destination 1 x h x w x 3, how
// that is stored: in rows).
struct PictureResize {
    std::function<void(const Picture &, ResizeMethod, const Normalisation *, const TensorView &, const StoredAs &)> run;
    bool normalises = false; // else it is never given a normalisation
};

// Tries the factories in order for each node; throws Error(failed) when none makes a kernel. `storage`: how each value
// lies in the arena; graph inputs, and what says how many rows are live, are plain. A graph that begins
// with `normalize` is left to `resize` from there, where it can do that.
std::unique_ptr<Executable> make_host_executable(Graph &&graph, const MemoryPlan &plan,
                                                 std::span<const KernelFactory> factories, PictureResize resize,
                                                 const CompileOptions &options,
                                                 const std::vector<StoredAs> &storage = {});

// As the graph says: what `storage` above is when it is empty. By value.
std::vector<StoredAs> plain_storage(const Graph &graph);

} // namespace tradewind
