// SPDX-License-Identifier: Apache-2.0
// How long each node of an executable takes.
#pragma once

#include "targets/target.h"

#include <vector>

// Give `mark` to CompileOptions::checkpoint, and the placements of the executable to `finish` after each of its runs.
class NodeTimes {
public:
    struct Node {
        tradewind::Placement placement;
        bool post_processing = false;
        std::vector<double> milliseconds = {}; // of every recorded run
    };

    void mark();
    void finish(const std::vector<tradewind::Placement> &placements, bool recorded);

    const std::vector<Node> &nodes() const { return nodes_; } // those that have a kernel
    double sum_of_medians(bool post_processing) const;

private:
    std::vector<double> starts_;
    std::vector<Node> nodes_;
};
