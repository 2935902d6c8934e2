// SPDX-License-Identifier: Apache-2.0
// The order in which suppression looks at candidates, as unsigned numbers.
#pragma once

#include "tensor/portable.h"

#include <bit>
#include <cstdint>

namespace tradewind::cuda {

// Greater for greater scores; zeros of either sign are equal. No score that is a number has the key 0, which stands for
// what is no candidate.
TRADEWIND_PORTABLE inline std::uint32_t key_of_score(float score)
{
    const auto bits = std::bit_cast<std::uint32_t>(score + 0.0f);
    return bits ^ (bits >> 31 ? 0xffffffffu : 0x80000000u);
}

TRADEWIND_PORTABLE inline float score_of_key(std::uint32_t key)
{
    return std::bit_cast<float>(key ^ (key >> 31 ? 0x80000000u : 0xffffffffu));
}

// Keys in fours, read at once: arrays of keys are aligned to 16 bytes and filled up with 0 to a multiple of four.
struct alignas(16) KeyQuad {
    std::uint32_t keys[4];
};

constexpr std::int64_t padded_keys(std::int64_t count) { return (count + 3) / 4 * 4; }

// Ascending places are descending scores, then ascending indices. None is 0.
TRADEWIND_PORTABLE inline std::uint64_t place_of(std::uint32_t key, std::uint32_t index)
{
    return static_cast<std::uint64_t>(~key) << 32 | index;
}

TRADEWIND_PORTABLE inline std::uint32_t key_at(std::uint64_t place) { return ~static_cast<std::uint32_t>(place >> 32); }
TRADEWIND_PORTABLE inline int index_at(std::uint64_t place) { return static_cast<int>(place & 0xffffffffu); }

} // namespace tradewind::cuda
