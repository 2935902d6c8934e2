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

// N neighbours as float32. `from` is aligned to their size together, or to 16 bytes where that is more.
template <int N, class T> TRADEWIND_PORTABLE inline void load(const T *from, float (&to)[N])
{
    constexpr int width = N < lanes_of_16_bytes<T> ? N : lanes_of_16_bytes<T>;
    for (int i = 0; i < N; i += width) {
        const auto pack = pack_at<Pack<T, width>>(from + i);
        for (int k = 0; k < width; ++k) to[i + k] = to_float(pack.values[k]);
    }
}

// The other way.
template <int N, class T> TRADEWIND_PORTABLE inline void store(T *to, const float (&from)[N])
{
    constexpr int width = N < lanes_of_16_bytes<T> ? N : lanes_of_16_bytes<T>;
    for (int i = 0; i < N; i += width) {
        Pack<T, width> pack;
        for (int k = 0; k < width; ++k) pack.values[k] = from_float<T>(from[i + k]);
        pack_at<Pack<T, width>>(to + i) = pack;
    }
}

// Whether the values of every picture, `stride` elements apart, begin where a move of `bytes` may.
inline bool is_aligned(const void *data, std::int64_t stride, std::size_t element, std::size_t bytes)
{
    return reinterpret_cast<std::uintptr_t>(data) % bytes == 0 &&
           static_cast<std::size_t>(stride) * element % bytes == 0;
}

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
