// SPDX-License-Identifier: Apache-2.0
// Sixteen numbers at a time.
#include "targets/onednn/narrowing.h"

#include "targets/onednn/vector_instructions.h"

namespace tradewind::onednn {

#ifdef __x86_64__
namespace {

#define TRADEWIND_AVX512F __attribute__((target("avx512f")))

constexpr std::int64_t lanes = 16;

__mmask16 mask_of(std::int64_t count) { return static_cast<__mmask16>(count >= lanes ? 0xffff : (1 << count) - 1); }

TRADEWIND_AVX512F __m512i rounded_to_bf16(__m512 number)
{
    const __m512i bits = _mm512_castps_si512(number), upper = _mm512_srli_epi32(bits, 16);
    const __m512i odd = _mm512_and_si512(upper, _mm512_set1_epi32(1));
    const __m512i rounded =
        _mm512_srli_epi32(_mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff))), 16);
    const __mmask16 is_nan = _mm512_cmp_ps_mask(number, number, _CMP_UNORD_Q);
    return _mm512_mask_or_epi32(rounded, is_nan, upper, _mm512_set1_epi32(0x40));
}

// A NaN becomes `low`.
TRADEWIND_AVX512F __m512i rounded_within(__m512 number, float low, float high)
{
    const __m512 above = _mm512_max_ps(number, _mm512_set1_ps(low));
    return _mm512_cvtps_epi32(_mm512_min_ps(above, _mm512_set1_ps(high)));
}

} // namespace

bool narrows_by_instructions()
{
    static const bool does = __builtin_cpu_supports("avx512f") != 0;
    return does;
}

TRADEWIND_AVX512F void narrow_to_bf16(const float *from, std::int64_t count, std::uint16_t *to)
{
    for (std::int64_t i = 0; i < count; i += lanes) {
        const __mmask16 mask = mask_of(count - i);
        _mm512_mask_cvtepi32_storeu_epi16(to + i, mask, rounded_to_bf16(_mm512_maskz_loadu_ps(mask, from + i)));
    }
}

TRADEWIND_AVX512F void narrow_to_u8(const float *from, std::int64_t count, float inverse, std::uint8_t *to)
{
    for (std::int64_t i = 0; i < count; i += lanes) {
        const __mmask16 mask = mask_of(count - i);
        const __m512 number = _mm512_mul_ps(_mm512_maskz_loadu_ps(mask, from + i), _mm512_set1_ps(inverse));
        _mm512_mask_cvtepi32_storeu_epi8(to + i, mask, rounded_within(number, 0, 255));
    }
}

TRADEWIND_AVX512F void narrow_to_i8(const float *from, std::int64_t count, float inverse, std::int8_t *to)
{
    for (std::int64_t i = 0; i < count; i += lanes) {
        const __mmask16 mask = mask_of(count - i);
        const __m512 number = _mm512_mul_ps(_mm512_maskz_loadu_ps(mask, from + i), _mm512_set1_ps(inverse));
        _mm512_mask_cvtepi32_storeu_epi8(to + i, mask, rounded_within(number, -128, 127));
    }
}
#else
bool narrows_by_instructions() { return false; }
void narrow_to_bf16(const float *, std::int64_t, std::uint16_t *) {}
void narrow_to_u8(const float *, std::int64_t, float, std::uint8_t *) {}
void narrow_to_i8(const float *, std::int64_t, float, std::int8_t *) {}
#endif

} // namespace tradewind::onednn
