// SPDX-License-Identifier: Apache-2.0
// How long each node takes.
#pragma once

#include "study/result.h"
#include "targets/target.h"

namespace tradewind {

// Collects runs of one executable. Nodes that are computed in place have no time and are left out.
class NodeTimes {
public:
    struct Node {
        Placement placement;
        std::vector<double> milliseconds; // of every run, of one picture
    };

    // `spans`: of one run (Executable::run) of so many pictures, which share its time; `placements`: the executable's.
    void add(const std::vector<NodeSpan> &spans, const std::vector<Placement> &placements, std::size_t pictures = 1);

    std::size_t runs() const { return nodes_.empty() ? 0 : nodes_.front().milliseconds.size(); }
    const std::vector<Node> &nodes() const { return nodes_; } // in the order of execution
    double sum_of_medians(bool post_processing) const;        // of the nodes that are, or are not

    // Medians, longest first; share is of their sum.
    std::vector<NodeTime> result() const;

private:
    std::vector<Node> nodes_;
};

} // namespace tradewind
