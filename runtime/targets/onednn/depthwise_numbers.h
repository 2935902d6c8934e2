// SPDX-License-Identifier: Apache-2.0
// Vectors of float32 and of bfloat16 for depthwise kernels, which sum both in float32.
#pragma once

#include "targets/onednn/depthwise_rows.h"
#include "targets/onednn/vector_instructions.h"

#ifdef __x86_64__

namespace tradewind::onednn {

struct Limits {
    __m512 low, high;
    bool clamps; // else numbers stay as they are; a NaN becomes `low`
};

TRADEWIND_AVX512 inline __m512 limited(__m512 number, const Limits &limits)
{
    return limits.clamps ? _mm512_min_ps(_mm512_max_ps(number, limits.low), limits.high) : number;
}

struct Floats {
    using Number = float;
    using Vector = __m512;
    using Mask = __mmask16;
    static constexpr std::int64_t block = 16;
    static constexpr int together = 8; // outputs of a row, so that enough sums are under way

    static Mask mask(std::int64_t count) { return static_cast<Mask>(count >= block ? 0xffff : (1 << count) - 1); }
    // Weights and biases in the order of channels that a vector has.
    static std::int64_t place(std::int64_t channel) { return channel; }
    TRADEWIND_AVX512 static Vector parameters(const float *from) { return _mm512_load_ps(from); }
    TRADEWIND_AVX512 static Vector load(const Number *from, Mask mask) { return _mm512_maskz_loadu_ps(mask, from); }
    TRADEWIND_AVX512 static Vector add_product(const Vector &a, const Vector &b, const Vector &sum)
    {
        return _mm512_fmadd_ps(a, b, sum);
    }
    TRADEWIND_AVX512 static void store(const Vector &sum, const Limits &limits, Number *to, Mask mask)
    {
        _mm512_mask_storeu_ps(to, mask, limited(sum, limits));
    }
};

// Channels with even and with odd numbers apart, which takes one instruction each.
struct Halves {
    struct Vector {
        __m512 even, odd;
    };
    using Number = std::uint16_t;
    using Mask = __mmask32;
    static constexpr std::int64_t block = 32;
    static constexpr int together = 4;

    static Mask mask(std::int64_t count) { return count >= block ? ~Mask{0} : (Mask{1} << count) - 1; }
    static std::int64_t place(std::int64_t channel) { return channel % 2 * 16 + channel / 2; }
    TRADEWIND_AVX512 static Vector parameters(const float *from)
    {
        return {_mm512_load_ps(from), _mm512_load_ps(from + 16)};
    }
    TRADEWIND_AVX512 static Vector load(const Number *from, Mask mask)
    {
        const __m512i both = _mm512_maskz_loadu_epi16(mask, from);
        return {_mm512_castsi512_ps(_mm512_slli_epi32(both, 16)),
                _mm512_castsi512_ps(_mm512_and_si512(both, _mm512_set1_epi32(static_cast<int>(0xffff0000))))};
    }
    TRADEWIND_AVX512 static Vector add_product(const Vector &a, const Vector &b, const Vector &sum)
    {
        return {_mm512_fmadd_ps(a.even, b.even, sum.even), _mm512_fmadd_ps(a.odd, b.odd, sum.odd)};
    }
    TRADEWIND_AVX512 static void store(const Vector &sum, const Limits &limits, Number *to, Mask mask)
    {
        const auto apart =
            reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(limited(sum.odd, limits), limited(sum.even, limits)));
        _mm512_mask_storeu_epi16(to, mask, _mm512_permutexvar_epi16(order(), apart));
    }

private:
    TRADEWIND_AVX512 static __m512i order()
    {
        return _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20,
                                4, 19, 3, 18, 2, 17, 1, 16, 0);
    }
};

} // namespace tradewind::onednn
#endif
