// SPDX-License-Identifier: Apache-2.0
// Medians over runs.
#include "study/node_times.h"

#include "study/statistics.h"

#include <algorithm>

namespace tradewind {

void NodeTimes::add(const std::vector<NodeSpan> &spans, const std::vector<Placement> &placements, std::size_t pictures)
{
    for (std::size_t i = 0; i < spans.size(); ++i) {
        if (nodes_.size() == i) nodes_.push_back({placements.at(spans[i].placement), {}});
        nodes_[i].milliseconds.push_back((spans[i].end - spans[i].start) / static_cast<double>(pictures));
    }
}

double NodeTimes::sum_of_medians(bool post_processing) const
{
    double sum = 0;
    for (const Node &node : nodes_)
        if (node.placement.post_processing == post_processing) sum += median(node.milliseconds);
    return sum;
}

std::vector<NodeTime> NodeTimes::result() const
{
    std::vector<NodeTime> times;
    const double sum = sum_of_medians(false) + sum_of_medians(true);
    for (const auto &[placement, milliseconds] : nodes_) {
        NodeTime time{placement.node, placement.op, placement.implementation, median(milliseconds)};
        time.multiply_adds = placement.cost.multiply_adds;
        if (time.milliseconds > 0) time.giga_flops = 2e-6 * static_cast<double>(time.multiply_adds) / time.milliseconds;
        if (sum > 0) time.share = time.milliseconds / sum;
        time.choice = placement.choice;
        times.push_back(std::move(time));
    }
    std::stable_sort(times.begin(), times.end(),
                     [](const NodeTime &a, const NodeTime &b) { return a.milliseconds > b.milliseconds; });
    return times;
}

} // namespace tradewind
