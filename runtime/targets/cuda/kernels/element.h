// SPDX-License-Identifier: Apache-2.0
// What maps are stored as on a device, and arithmetic with it: always in float32.
#pragma once

#include "tensor/half_precision.h"

#include <cstddef>
#include <cstdint>

#ifdef __CUDACC__
#include <cuda_fp16.h>
#endif

namespace tradewind::cuda {

enum class Storage { f32, f16, bf16 };

constexpr std::size_t byte_size(Storage storage) { return storage == Storage::f32 ? 4 : 2; }

// See tensor/half_precision.h.
struct Half {
    std::uint16_t bits = 0;
};

struct BFloat16 {
    std::uint16_t bits = 0;
};

template <class T> constexpr Storage storage_of = Storage::f32;
template <> inline constexpr Storage storage_of<Half> = Storage::f16;
template <> inline constexpr Storage storage_of<BFloat16> = Storage::bf16;

TRADEWIND_PORTABLE inline float to_float(float value) { return value; }

TRADEWIND_PORTABLE inline float to_float(BFloat16 value) { return from_bf16(value.bits); }

TRADEWIND_PORTABLE inline float to_float(Half value)
{
#ifdef __CUDA_ARCH__
    return __half2float(__half(__half_raw{value.bits}));
#else
    return from_f16(value.bits);
#endif
}

// To the nearest, ties to even.
template <class T> TRADEWIND_PORTABLE T from_float(float value);

template <> TRADEWIND_PORTABLE inline float from_float<float>(float value) { return value; }

template <> TRADEWIND_PORTABLE inline BFloat16 from_float<BFloat16>(float value) { return {to_bf16(value)}; }

template <> TRADEWIND_PORTABLE inline Half from_float<Half>(float value)
{
#ifdef __CUDA_ARCH__
    return {__half_raw(__float2half_rn(value)).x};
#else
    return {to_f16(value)};
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
