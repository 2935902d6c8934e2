// SPDX-License-Identifier: Apache-2.0
// Numbers of 16 bits, as bits.
#pragma once

#include "tensor/portable.h"

#include <bit>
#include <cstdint>

namespace tradewind {

// IEEE 754 binary16, exactly.
TRADEWIND_PORTABLE inline float from_f16(std::uint16_t bits)
{
    const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16, rest = bits & 0x7fffu;
    if (rest >= 0x7c00u) return std::bit_cast<float>(sign | 0x7f800000u | (rest & 0x3ffu) << 13);
    // 2^112 brings the exponent to its place, and makes a normal number of a subnormal one.
    const float magnitude = std::bit_cast<float>(rest << 13) * 0x1p112f;
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(magnitude) | sign);
}

// The upper half of a binary32, exactly.
TRADEWIND_PORTABLE inline float from_bf16(std::uint16_t bits)
{
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

// To the nearest, ties to even; from 65520 on infinity.
TRADEWIND_PORTABLE inline std::uint16_t to_f16(float value)
{
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value), sign = bits >> 16 & 0x8000u;
    const std::uint32_t rest = bits & 0x7fffffffu;
    if (rest > 0x7f800000u) return static_cast<std::uint16_t>(sign | 0x7e00u);
    if (rest >= 0x47800000u) return static_cast<std::uint16_t>(sign | 0x7c00u); // 65536 and above
    if (rest < 0x38800000u) { // below 2^-14: adding 0.5 leaves the wanted bits lowest, rounded
        const float shifted = std::bit_cast<float>(rest) + 0.5f;
        return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(shifted) - 0x3f000000u));
    }
    const std::uint32_t rounded = rest + 0xfffu + (rest >> 13 & 1u); // may carry into the exponent, up to infinity
    return static_cast<std::uint16_t>(sign | (rounded - 0x38000000u) >> 13);
}

// To the nearest, ties to even.
TRADEWIND_PORTABLE inline std::uint16_t to_bf16(float value)
{
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<std::uint16_t>(bits >> 16 | 0x40u);
    return static_cast<std::uint16_t>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

} // namespace tradewind
