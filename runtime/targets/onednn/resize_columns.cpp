// SPDX-License-Identifier: Apache-2.0
// Sixteen numbers at a time where the processor can pick bytes from 128, else the three of a pixel. The operations on
// each value and their order are those of image/resize.cpp.
#include "targets/onednn/resize_columns.h"

#include <oneapi/dnnl/dnnl.hpp>

#include <algorithm>
#include <cmath>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace tradewind::onednn {
namespace {

typedef float Lanes __attribute__((vector_size(16)));
typedef std::int32_t Integers __attribute__((vector_size(16)));
typedef std::uint16_t Words __attribute__((vector_size(16)));
typedef std::uint8_t Bytes __attribute__((vector_size(16)));

// The bytes of a pixel, and one of what follows it, as floats. The two shuffles, which have instructions of their own,
// widen bytes to little-endian integers.
template <std::size_t size> Lanes load(const std::uint8_t *from)
{
    std::int32_t pixel = 0;
    __builtin_memcpy(&pixel, from, size);
    const Integers zeros = {}, bytes = {pixel, 0, 0, 0};
    const Bytes words = __builtin_shufflevector(reinterpret_cast<Bytes>(bytes), reinterpret_cast<Bytes>(zeros), 0, 16,
                                                1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const Words wide = __builtin_shufflevector(reinterpret_cast<Words>(words), reinterpret_cast<Words>(zeros), 0, 8, 1,
                                               9, 2, 10, 3, 11);
    return __builtin_convertvector(reinterpret_cast<Integers>(wide), Lanes);
}

// Writes one float beyond its pixel: the next pixel's first, or padding.
template <std::size_t size> void interpolate(const std::uint8_t *row, const Tap &tap, bool reversed, float *to)
{
    const Lanes left = load<size>(row + tap.lower), right = load<size>(row + tap.upper);
    Lanes value = left + (right - left) * tap.fraction;
    if (reversed) value = __builtin_shufflevector(value, value, 2, 1, 0, 3);
    __builtin_memcpy(to, &value, sizeof value);
}

// On a processor that oneDNN is to take for an older one, as that one would.
bool picks_bytes()
{
#ifdef __x86_64__
    const auto isa = static_cast<unsigned>(dnnl::get_effective_cpu_isa()),
               wide = static_cast<unsigned>(dnnl::cpu_isa::avx512_core);
    return (isa & wide) == wide && __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512bw");
#else
    return false;
#endif
}

std::uint64_t first_bits(std::int64_t count)
{
    return count >= 64 ? ~std::uint64_t{0} : count > 0 ? (std::uint64_t{1} << count) - 1 : 0;
}

} // namespace

std::vector<Tap> taps(std::int64_t input, std::int64_t output, ResizeMethod method, std::int32_t step)
{
    const bool corners = method == ResizeMethod::bilinear_align_corners && output > 1;
    const float scale = corners ? static_cast<float>(input - 1) / static_cast<float>(output - 1)
                                : static_cast<float>(input) / static_cast<float>(output);
    std::vector<Tap> all(static_cast<std::size_t>(output));
    for (std::size_t i = 0; i < all.size(); ++i) {
        const float at = method == ResizeMethod::bilinear_half_pixel ? (static_cast<float>(i) + 0.5f) * scale - 0.5f
                                                                     : static_cast<float>(i) * scale;
        const float below = std::floor(at);
        const auto last = static_cast<std::int32_t>(input - 1);
        const std::int32_t lower = std::clamp(static_cast<std::int32_t>(below), 0, last);
        const std::int32_t upper = std::clamp(static_cast<std::int32_t>(std::ceil(at)), 0, last);
        all[i] = {lower * step, upper * step, at - below};
    }
    return all;
}

ResizeColumns::ResizeColumns(std::int64_t input, std::int64_t output, ResizeMethod method, bool reversed)
    : taps_(taps(input, output, method, 3)), row_bytes_(3 * input), reversed_(reversed)
{
    // Pixels at the end of a row are loaded without looking past it.
    const auto inside = [&](const Tap &tap) { return tap.upper + 4 <= row_bytes_; };
    wide_ = static_cast<std::size_t>(std::partition_point(taps_.begin(), taps_.end(), inside) - taps_.begin());
    if (picks_bytes()) group();
}

void ResizeColumns::group()
{
    groups_.resize((length() + lanes - 1) / lanes);
    for (std::size_t g = 0; g < groups_.size(); ++g) {
        Group &group = groups_[g];
        group.first = taps_[g * lanes / 3].lower;
        for (std::size_t i = 0; i < lanes; ++i) {
            const std::size_t at = std::min(g * lanes + i, length() - 1), channel = reversed_ ? 2 - at % 3 : at % 3;
            const Tap &tap = taps_[at / 3];
            const auto lower = static_cast<std::size_t>(tap.lower - group.first) + channel,
                       upper = static_cast<std::size_t>(tap.upper - group.first) + channel;
            if (upper >= 128) return groups_.clear();
            near_ = near_ && upper < 64;
            group.places[i] = static_cast<std::uint8_t>(lower);
            group.places[lanes + i] = static_cast<std::uint8_t>(upper);
            group.fractions[i] = tap.fraction;
        }
        group.readable[0] = first_bits(row_bytes_ - group.first);
        group.readable[1] = first_bits(row_bytes_ - group.first - 64);
    }
}

void ResizeColumns::run(const std::uint8_t *from, float *to) const
{
    groups_.empty() ? run_by_pixels(from, to) : run_in_groups(from, to);
}

void ResizeColumns::run_by_pixels(const std::uint8_t *from, float *to) const
{
    for (std::size_t i = 0; i < wide_; ++i) interpolate<4>(from, taps_[i], reversed_, to + 3 * i);
    for (std::size_t i = wide_; i < taps_.size(); ++i) interpolate<3>(from, taps_[i], reversed_, to + 3 * i);
}

#ifdef __x86_64__
// GCC warns of what its own header leaves undefined on purpose.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
__attribute__((target("avx512f,avx512bw,avx512vbmi"))) void ResizeColumns::run_in_groups(const std::uint8_t *from,
                                                                                         float *to) const
{
    for (const Group &group : groups_) {
        const auto *places = reinterpret_cast<const __m256i *>(group.places.data());
        const __m512i index = _mm512_castsi256_si512(_mm256_load_si256(places));
        const __m512i low = _mm512_maskz_loadu_epi8(group.readable[0], from + group.first);
        __m512i pixels;
        if (near_)
            pixels = _mm512_permutexvar_epi8(index, low);
        else
            pixels = _mm512_permutex2var_epi8(low, index,
                                              _mm512_maskz_loadu_epi8(group.readable[1], from + group.first + 64));
        const __m256i both = _mm512_castsi512_si256(pixels);
        const __m512 lower = _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm256_castsi256_si128(both)));
        const __m512 upper = _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm256_extracti128_si256(both, 1)));
        const __m512 part = _mm512_mul_ps(_mm512_sub_ps(upper, lower), _mm512_load_ps(group.fractions.data()));
        _mm512_storeu_ps(to, _mm512_add_ps(lower, part));
        to += lanes;
    }
}
#pragma GCC diagnostic pop
#else
void ResizeColumns::run_in_groups(const std::uint8_t *, float *) const {}
#endif

} // namespace tradewind::onednn
