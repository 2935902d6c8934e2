// SPDX-License-Identifier: Apache-2.0
// What a list of times is told by.
#pragma once

#include "study/result.h"

namespace tradewind {

// The middle one of the sorted values, or the mean of the two in the middle; 0 of none.
double median(std::vector<double> values);

// The nearest rank: the ceil(p * n)-th of the sorted values, 1-based, for 0 < p <= 1; 0 of none.
double percentile(std::vector<double> values, double p);

// Ranks (1-based, of n sorted values) between which the true median lies with a probability of at least `coverage`,
// whatever the distribution: the values are above and below it like tosses of a coin, so that
//     P(x_(k) <= median <= x_(n+1-k)) = 1 - 2 P(B <= k - 1),  B ~ Binomial(n, 1/2),
// with the largest k for which that suffices (Conover, Practical Nonparametric Statistics, 3.2). Where there are too
// few values for any (fewer than 6 at 95 %), k = 1: the least and the largest.
struct Ranks {
    std::size_t low = 0, high = 0;
};
Ranks median_ranks(std::size_t n, double coverage = 0.95);

TimeSummary summary_of(const std::vector<double> &values);

// The total of a result as it is shown: its interval widened to the medians of all rounds. Pictures of one round share
// what disturbs them, so that the interval over pictures alone (Result::time) is too narrow on a machine with other
// users; of five rounds, the least and the largest hold the median of rounds with a probability of 94 %. Zeros where
// nothing was measured.
TimeSummary shown_total(const Result &result);

// The part of a picture's time, 0 to 1, that threads waited for processors that others used; all threads together. From
// `disturbed` on, times tell as much of the machine's other users as of the detector.
double waited_share(const Result &result);
constexpr double disturbed = 0.05;

} // namespace tradewind
