// SPDX-License-Identifier: Apache-2.0
// The optimality frontier, by one pass from the fastest on.
#include "study/report/frontier.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace tradewind::reporting {

std::vector<std::size_t> frontier(const std::vector<Candidate> &candidates)
{
    std::vector<std::size_t> order(candidates.size()), chosen;
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        if (candidates[a].time != candidates[b].time) return candidates[a].time < candidates[b].time;
        return candidates[a].accuracy > candidates[b].accuracy;
    });
    double best = -std::numeric_limits<double>::infinity();
    for (const std::size_t at : order)
        if (candidates[at].accuracy > best) {
            best = candidates[at].accuracy;
            chosen.push_back(at);
        }
    return chosen;
}

std::vector<bool> dominated(const std::vector<Candidate> &candidates)
{
    std::vector<bool> result(candidates.size(), true);
    for (const std::size_t at : frontier(candidates))
        for (std::size_t i = 0; i < candidates.size(); ++i)
            if (candidates[i].time == candidates[at].time && candidates[i].accuracy == candidates[at].accuracy)
                result[i] = false;
    return result;
}

} // namespace tradewind::reporting
