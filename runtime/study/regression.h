// SPDX-License-Identifier: Apache-2.0
// Whether a measurement is slower than an earlier one, on a machine that others use too.
#pragma once

#include "study/result.h"

namespace tradewind {

// What makes two results measurements of different things: "the target was cpu, and is reference"; empty when nothing
// does. Versions may differ, names of files too.
std::string difference_in_kind(const Result &before, const Result &now);

enum class Verdict { same, slower, faster, undecided };

// Others on the machine make pictures slower, never faster, and do so for a while. So each measurement is a range: from
// its quietest round up to the larger of the upper end of its median's interval and the median of its round medians. It
// is slower when even its quietest round is beyond the other's range by more than `limit`, and would be without its
// waits for processors (Result::rounds_waited):
//     unhindered(r) = median over rounds of max(0, median - waited)
//     least(r)      = min(quietest(r), unhindered(r))
//     slower:         least(now) > upper(before) * (1 + limit)
//     faster:         least(before) > upper(now) * (1 + limit)
//     undecided:      not slower, but quietest(now) > upper(before) * (1 + limit)
struct Comparison {
    Verdict verdict = Verdict::same;
    struct Range {
        double quietest = 0, unhindered = 0, upper = 0; // milliseconds
    };
    Range before, now;
};

// `limit`: 0.05 is 5 %. Throws Error(usage) for a result that holds no times.
Comparison compare(const Result &before, const Result &now, double limit);

} // namespace tradewind
