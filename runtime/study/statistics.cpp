// SPDX-License-Identifier: Apache-2.0
// Order statistics.
#include "study/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tradewind {
namespace {

double median_of_sorted(const std::vector<double> &sorted)
{
    return sorted.empty() ? 0 : (sorted[(sorted.size() - 1) / 2] + sorted[sorted.size() / 2]) / 2;
}

double rank_of_sorted(const std::vector<double> &sorted, double p)
{
    if (sorted.empty()) return 0;
    const double rank = std::ceil(p * static_cast<double>(sorted.size()));
    return sorted[std::clamp(static_cast<std::size_t>(rank), std::size_t{1}, sorted.size()) - 1];
}

std::vector<double> sorted(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values;
}

// P(B = k), by logarithms: n is as large as a user likes.
double binomial(std::size_t n, std::size_t k)
{
    const auto log_factorial = [](std::size_t i) { return std::lgamma(static_cast<double>(i) + 1); };
    return std::exp(log_factorial(n) - log_factorial(k) - log_factorial(n - k) -
                    static_cast<double>(n) * std::log(2.0));
}

} // namespace

double median(std::vector<double> values) { return median_of_sorted(sorted(std::move(values))); }

double percentile(std::vector<double> values, double p) { return rank_of_sorted(sorted(std::move(values)), p); }

Ranks median_ranks(std::size_t n, double coverage)
{
    if (n == 0) return {};
    std::size_t k = 0;
    for (double below = 0; k < n / 2; ++k) {
        below += binomial(n, k); // P(B <= k)
        if (1 - 2 * below < coverage) break;
    }
    k = std::max<std::size_t>(k, 1);
    return {k, n + 1 - k};
}

TimeSummary summary_of(const std::vector<double> &values)
{
    TimeSummary summary;
    if (values.empty()) return summary;
    const auto all = sorted(values);
    const Ranks ranks = median_ranks(all.size());
    summary.count = all.size();
    summary.median = median_of_sorted(all);
    summary.low = all[ranks.low - 1];
    summary.high = all[ranks.high - 1];
    summary.p90 = rank_of_sorted(all, 0.9);
    summary.p99 = rank_of_sorted(all, 0.99);
    summary.mean = std::accumulate(all.begin(), all.end(), 0.0) / static_cast<double>(all.size());
    summary.least = all.front();
    return summary;
}

TimeSummary shown_total(const Result &result)
{
    const auto found = result.time.find("total");
    if (found == result.time.end()) return {};
    TimeSummary total = found->second;
    for (const double round : result.rounds) {
        total.low = std::min(total.low, round);
        total.high = std::max(total.high, round);
    }
    return total;
}

double waited_share(const Result &result)
{
    const double time = std::accumulate(result.rounds.begin(), result.rounds.end(), 0.0),
                 waited = std::accumulate(result.rounds_waited.begin(), result.rounds_waited.end(), 0.0);
    return time > 0 ? waited / time : 0;
}

} // namespace tradewind
