// SPDX-License-Identifier: Apache-2.0
// From the times at which kernels start.
#include "node_times.h"

#include "stopwatch.h"

#include "ops/standard_ops.h"

#include <stdexcept>

using namespace tradewind;

void NodeTimes::mark() { starts_.push_back(milliseconds_now()); }

void NodeTimes::finish(const std::vector<Placement> &placements, bool recorded)
{
    starts_.push_back(milliseconds_now());
    if (nodes_.empty())
        for (const Placement &placement : placements)
            if (placement.implementation != "in place")
                nodes_.push_back({placement, standard_ops().at(placement.op)->post_processing});
    if (starts_.size() != nodes_.size() + 1) throw std::runtime_error("as many kernels as times were expected");
    for (std::size_t i = 0; recorded && i < nodes_.size(); ++i)
        nodes_[i].milliseconds.push_back(starts_[i + 1] - starts_[i]);
    starts_.clear();
}

double NodeTimes::sum_of_medians(bool post_processing) const
{
    double sum = 0;
    for (const Node &node : nodes_)
        if (node.post_processing == post_processing) sum += median(node.milliseconds);
    return sum;
}
