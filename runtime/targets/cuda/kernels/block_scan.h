// SPDX-License-Identifier: Apache-2.0
// Sums of all that stands before, by the threads of a block together: where each may write what it found, in order.
#pragma once

#include "targets/cuda/kernels/launch.h"

namespace tradewind::cuda {

// Inclusive sums of values[0 .. count) (Hillis and Steele 1986), in shared memory. Returns which of the two arrays of
// `count` holds them; what the other holds is of no meaning.
TRADEWIND_BLOCK_KERNEL inline const int *inclusive_scan(const Block &block, int *values, int *other, int count)
{
    int *from = values, *to = other;
    for (int step = 1; step < count; step *= 2) {
        block.each(count, [=](int i) { to[i] = from[i] + (i < step ? 0 : from[i - step]); });
        int *const last = from;
        from = to;
        to = last;
    }
    return from;
}

// What comes before element i, by the sums of inclusive_scan.
TRADEWIND_PORTABLE inline int before(const int *sums, int i) { return i ? sums[i - 1] : 0; }

} // namespace tradewind::cuda
