// SPDX-License-Identifier: Apache-2.0
// Sorting by the threads of a block together.
#pragma once

#include "targets/cuda/kernels/launch.h"

namespace tradewind::cuda {

// The least power of two that is not below.
TRADEWIND_PORTABLE inline int power_of_two_above(int count)
{
    int size = 1;
    while (size < count) size *= 2;
    return size;
}

// Ascending, in shared memory; `count` is a power of two. Batcher's bitonic network (1968): every stage compares pairs
// that have no element in common.
TRADEWIND_BLOCK_KERNEL inline void bitonic_sort(const Block &block, std::uint64_t *values, int count)
{
    for (int width = 2; width <= count; width *= 2)
        for (int step = width / 2; step > 0; step /= 2)
            block.each(count / 2, [=](int pair) {
                const int low = 2 * pair - (pair & (step - 1)), high = low + step;
                const std::uint64_t a = values[low], b = values[high];
                if ((a > b) != ((low & width) == 0)) return;
                values[low] = b;
                values[high] = a;
            });
}

} // namespace tradewind::cuda
