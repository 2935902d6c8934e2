// SPDX-License-Identifier: Apache-2.0
// What maps are stored as on a device, and arithmetic with it: always in float32.
#pragma once

#include "tensor/portable.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

#ifdef __CUDACC__
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#endif

namespace tradewind::cuda {

enum class Storage { f32, f16, bf16 };

constexpr std::size_t byte_size(Storage storage) { return storage == Storage::f32 ? 4 : 2; }

// IEEE 754 binary16.
struct Half {
    std::uint16_t bits = 0;
};

// The upper half of a binary32.
struct BFloat16 {
    std::uint16_t bits = 0;
};

template <class T> constexpr Storage storage_of = Storage::f32;
template <> inline constexpr Storage storage_of<Half> = Storage::f16;
template <> inline constexpr Storage storage_of<BFloat16> = Storage::bf16;

TRADEWIND_PORTABLE inline float to_float(float value) { return value; }

TRADEWIND_PORTABLE inline float to_float(BFloat16 value)
{
    return std::bit_cast<float>(static_cast<std::uint32_t>(value.bits) << 16);
}

TRADEWIND_PORTABLE inline float to_float(Half value)
{
#ifdef __CUDA_ARCH__
    return __half2float(__half(__half_raw{value.bits}));
#else
    const std::uint32_t sign = static_cast<std::uint32_t>(value.bits & 0x8000u) << 16, rest = value.bits & 0x7fffu;
    if (rest >= 0x7c00u) return std::bit_cast<float>(sign | 0x7f800000u | (rest & 0x3ffu) << 13);
    // 2^112 brings the exponent to its place, and makes a normal number of a subnormal one.
    const float magnitude = std::bit_cast<float>(rest << 13) * 0x1p112f;
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(magnitude) | sign);
#endif
}

// To the nearest, ties to even.
template <class T> TRADEWIND_PORTABLE T from_float(float value);

template <> TRADEWIND_PORTABLE inline float from_float<float>(float value) { return value; }

template <> TRADEWIND_PORTABLE inline BFloat16 from_float<BFloat16>(float value)
{
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return {static_cast<std::uint16_t>(bits >> 16 | 0x40u)};
    return {static_cast<std::uint16_t>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16)};
}

template <> TRADEWIND_PORTABLE inline Half from_float<Half>(float value)
{
#ifdef __CUDA_ARCH__
    return {__half_raw(__float2half_rn(value)).x};
#else
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value), sign = bits >> 16 & 0x8000u;
    const std::uint32_t rest = bits & 0x7fffffffu;
    if (rest > 0x7f800000u) return {static_cast<std::uint16_t>(sign | 0x7e00u)};
    if (rest >= 0x47800000u) return {static_cast<std::uint16_t>(sign | 0x7c00u)}; // 65536 and above
    if (rest < 0x38800000u) { // below 2^-14: adding 0.5 leaves the wanted bits lowest, rounded
        const float shifted = std::bit_cast<float>(rest) + 0.5f;
        return {static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(shifted) - 0x3f000000u))};
    }
    const std::uint32_t rounded = rest + 0xfffu + (rest >> 13 & 1u); // may carry into the exponent, up to infinity
    return {static_cast<std::uint16_t>(sign | (rounded - 0x38000000u) >> 13)};
#endif
}

// Calls f with a value of the type that stands for the storage.
template <class F> auto with_storage(Storage storage, F &&f)
{
    if (storage == Storage::f16) return f(Half{});
    if (storage == Storage::bf16) return f(BFloat16{});
    return f(0.0f);
}

} // namespace tradewind::cuda
