// SPDX-License-Identifier: Apache-2.0
// Maps of a batch of pictures as kernels see them, and kernels that compute them item by item.
#pragma once

#include "targets/cuda/kernels/element.h"
#include "targets/cuda/kernels/launch.h"

namespace tradewind::cuda {

// The maps of all pictures: those of picture b begin b * stride elements from `data`; 0: all have the same.
struct MapsIn {
    const void *data = nullptr;
    std::int64_t stride = 0;

    template <class T> TRADEWIND_PORTABLE const T *of(std::int64_t picture) const
    {
        return static_cast<const T *>(data) + picture * stride;
    }
};

struct MapsOut {
    void *data = nullptr;
    std::int64_t stride = 0;

    template <class T> TRADEWIND_PORTABLE T *of(std::int64_t picture) const
    {
        return static_cast<T *>(data) + picture * stride;
    }
};

// How many leading rows (of the first axis) of each picture's result are wanted.
struct LiveRows {
    const float *counts = nullptr; // on the device, `stride` apart; null: all
    std::int64_t stride = 0;

    TRADEWIND_PORTABLE bool wants(std::int64_t row, std::int64_t picture) const
    {
        return !counts || row < static_cast<std::int64_t>(counts[picture * stride]);
    }
};

// What every kernel on maps is told.
struct MapBatch {
    Storage storage = Storage::f32; // of the result, and of the inputs where nothing else is said
    std::int64_t pictures = 1;
    LiveRows live = {};
};

template <class F> struct EachItem {
    F f;
    std::uint32_t items;

    TRADEWIND_BLOCK_KERNEL void operator()(const Block &block) const
    {
        block.each(block.threads(), [&](int thread) {
            const auto item = static_cast<std::uint32_t>(block.index() * block.threads() + thread);
            if (item < items) f(item, block.picture());
        });
    }
};

// Calls f(std::uint32_t item, std::int64_t picture) for all; neighbouring threads have neighbouring items.
template <class F>
void for_items(Stream stream, std::int64_t items, std::int64_t pictures, const F &f, const char *kernel,
               int threads = 256)
{
    for_blocks(stream, (items + threads - 1) / threads, pictures, threads, 0,
               EachItem<F>{f, static_cast<std::uint32_t>(items)}, kernel);
}

} // namespace tradewind::cuda
