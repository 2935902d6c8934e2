// SPDX-License-Identifier: Apache-2.0
// Neighbouring elements that are read and written at once: 16 bytes where their number allows it.
#pragma once

#include "targets/cuda/kernels/element.h"

#include <cstdint>

namespace tradewind::cuda {

template <class T, int N> struct alignas(sizeof(T) * N) Pack {
    static constexpr int lanes = N;
    T values[N];
};

template <class T> constexpr int lanes_of_16_bytes = 16 / static_cast<int>(sizeof(T));

template <class P, class T> TRADEWIND_PORTABLE const P &pack_at(const T *from)
{
    return *reinterpret_cast<const P *>(from);
}
template <class P, class T> TRADEWIND_PORTABLE P &pack_at(T *to) { return *reinterpret_cast<P *>(to); }

// Calls f with a value of the widest pack whose rows of `channels` elements, from an aligned place on, are whole packs.
template <class F> auto with_pack(Storage storage, std::int64_t channels, F &&f)
{
    return with_storage(storage, [&](auto element) {
        using T = decltype(element);
        constexpr int wide = lanes_of_16_bytes<T>;
        return channels % wide == 0 ? f(element, Pack<T, wide>{}) : f(element, Pack<T, 1>{});
    });
}

} // namespace tradewind::cuda
