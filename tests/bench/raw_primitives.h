// SPDX-License-Identifier: Apache-2.0
// The least that oneDNN needs for a graph: each of its convolutions, products and pools as one plain primitive on
// buffers of its own, called one after another with nothing in between.
#pragma once

#include "graph/graph.h"
#include "targets/onednn/version.h"

#include <memory>
#include <unordered_map>

// One node; several primitives where it is several products.
struct RawNode {
    struct Step {
        dnnl::primitive primitive;
        std::unordered_map<int, dnnl::memory> arguments;
    };
    std::string name, implementation; // the node's name; "onednn jit:avx512_core, nhwc"
    std::vector<Step> steps = {};
    std::vector<double> milliseconds = {}; // of every pass
};

class RawPrimitives {
public:
    // Of an optimised graph, whose parameters need not be bound. Maps are n x h x w x c or as oneDNN likes them,
    // whichever takes less time; weights are always as it likes them. A batch is all rows: all proposals are live.
    RawPrimitives(const tradewind::Graph &graph, int threads);

    void run(bool recorded); // every primitive once; [one thread at a time]
    double sum_of_medians() const;
    const std::vector<RawNode> &nodes() const { return nodes_; }
    // Nodes for which oneDNN has nothing but its own reference.
    const std::vector<std::string> &missing() const { return missing_; }

private:
    dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream_{engine_};
    int threads_;
    std::vector<RawNode> nodes_;
    std::vector<std::string> missing_;
};
