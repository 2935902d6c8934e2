// SPDX-License-Identifier: Apache-2.0
// Depthwise 3x3 of 8 bits: four neighbouring pixels of each row are brought together, so that one instruction sums the
// products of three of them with the weights of a row of the window.
#include "targets/onednn/depthwise_lanes.h"
#include "targets/onednn/vector_instructions.h"

#ifdef __x86_64__
#include <omp.h>

#include <cmath>

namespace tradewind::onednn {
namespace {

constexpr std::int64_t lanes = DepthwiseLanes::count, groups = 4; // of 16 lanes, as the instructions order them

struct alignas(64) Numbers {
    std::uint8_t bytes[lanes];
};

TRADEWIND_AVX512 inline void store_quads(__m512i a, __m512i b, __m512i c, __m512i d, __m512i *to)
{
    const __m512i ab = _mm512_unpacklo_epi8(a, b), ab_high = _mm512_unpackhi_epi8(a, b);
    const __m512i cd = _mm512_unpacklo_epi8(c, d), cd_high = _mm512_unpackhi_epi8(c, d);
    _mm512_store_si512(to + 0, _mm512_unpacklo_epi16(ab, cd));
    _mm512_store_si512(to + 1, _mm512_unpackhi_epi16(ab, cd));
    _mm512_store_si512(to + 2, _mm512_unpacklo_epi16(ab_high, cd_high));
    _mm512_store_si512(to + 3, _mm512_unpackhi_epi16(ab_high, cd_high));
}

class Kernel8 {
public:
    Kernel8(const Layer &layer, const float *weights, const float *bias, const std::byte *source,
            std::byte *destination)
        : shape_(layer), pixels_(pixels_in_lanes(shape_)), from_(reinterpret_cast<const std::uint8_t *>(source)),
          to_(reinterpret_cast<std::uint8_t *>(destination)), flip_(layer.source.type == ElementType::i8 ? 0x80 : 0),
          to_signed_(layer.destination.type == ElementType::i8)
    {
        // A second window in each four pixels begins at the second of them.
        windows_ = pixels_ == 1 && shape_.stride == 1 ? 2 : 1;
        step_ = pixels_ == 1 ? 2 : pixels_;
        quads_ = pixels_ == 1 ? (shape_.output_width + windows_ - 1) / windows_
                              : (shape_.output_width + pixels_ - 1) / pixels_;
        const float inverse = 1.0f / layer.destination.scale, most = to_signed_ ? 127.0f : 255.0f;
        cap_ = static_cast<std::uint8_t>(std::min(most, std::nearbyint(std::min(shape_.high * inverse, most))));
        floor_ = shape_.low == 0 || !to_signed_ ? 0 : -128;
        blocks_.resize(static_cast<std::size_t>(pixels_ == 1 ? (shape_.channels + lanes - 1) / lanes : 1));
        for (std::size_t i = 0; i < blocks_.size(); ++i)
            blocks_[i] = lanes_of(layer, pixels_, static_cast<std::int64_t>(i) * lanes, weights, bias);
    }

    void operator()() const
    {
        const auto blocks = static_cast<std::int64_t>(blocks_.size());
        const std::int64_t threads = omp_get_max_threads();
        const std::int64_t strips =
            shape_.pictures * blocks % threads ? std::min(threads, shape_.output_height) : std::int64_t{1};
#pragma omp parallel
        {
            std::vector<Numbers> rows(static_cast<std::size_t>(3 * quads_ * groups));
#pragma omp for schedule(static)
            for (std::int64_t i = 0; i < shape_.pictures * strips * blocks; ++i) {
                const std::int64_t strip = i / blocks % strips;
                compute(i / blocks / strips, i % blocks, shape_.output_height * strip / strips,
                        shape_.output_height * (strip + 1) / strips, reinterpret_cast<__m512i *>(rows.data()));
            }
        }
    }

private:
    // The 64 lanes that begin at a column; what is outside is 0.
    TRADEWIND_AVX512 __m512i load(const std::uint8_t *row, std::int64_t column, __mmask64 mask) const
    {
        const __m512i flip = _mm512_set1_epi8(static_cast<char>(flip_));
        if (column < 0 || column + pixels_ > shape_.width) mask &= inside(column);
        return _mm512_xor_si512(_mm512_maskz_loadu_epi8(mask, row + column * shape_.channels), flip);
    }

    __mmask64 inside(std::int64_t column) const
    {
        if (pixels_ == 1) return 0;
        const std::int64_t first = std::clamp<std::int64_t>(-column * shape_.channels, 0, lanes),
                           last = std::clamp<std::int64_t>((shape_.width - column) * shape_.channels, 0, lanes);
        const auto below = [](std::int64_t lane) { return lane == lanes ? ~__mmask64{0} : (__mmask64{1} << lane) - 1; };
        return below(last) & ~below(first);
    }

    TRADEWIND_AVX512 void bring_together(std::int64_t picture, std::int64_t y, std::int64_t channel, __mmask64 mask,
                                         __m512i *to) const
    {
        if (y < 0 || y >= shape_.height) mask = 0;
        const std::uint8_t *row = from_ +
                                  (picture * shape_.height + std::clamp<std::int64_t>(y, 0, shape_.height - 1)) *
                                      shape_.width * shape_.channels +
                                  channel;
        const bool fourth = windows_ == 2;
        for (std::int64_t quad = 0; quad < quads_; ++quad, to += groups) {
            const std::int64_t column = quad * step_ - shape_.left;
            const __m512i c = load(row, column + 2, mask);
            store_quads(load(row, column, mask), load(row, column + 1, mask), c,
                        fourth ? load(row, column + 3, mask) : c, to);
        }
    }

    template <int window>
    TRADEWIND_AVX512 inline void outputs_of(const DepthwiseLanes &block, const __m512i *const *rows, std::int64_t quad,
                                            std::uint8_t *to, __mmask64 mask) const
    {
        __m512i sums[groups];
#pragma GCC unroll 4
        for (int g = 0; g < groups; ++g) sums[g] = _mm512_load_si512(block.start[window] + 16 * g);
#pragma GCC unroll 3
        for (int y = 0; y < 3; ++y)
#pragma GCC unroll 4
            for (int g = 0; g < groups; ++g)
                sums[g] = _mm512_dpbusd_epi32(sums[g], rows[y][quad * groups + g],
                                              _mm512_load_si512(block.weights[window][y][16 * g]));
#pragma GCC unroll 4
        for (int g = 0; g < groups; ++g)
            sums[g] =
                _mm512_cvtps_epi32(_mm512_fmadd_ps(_mm512_cvtepi32_ps(sums[g]), _mm512_load_ps(block.scale + 16 * g),
                                                   _mm512_load_ps(block.bias + 16 * g)));
        const __m512i low = _mm512_packs_epi32(sums[0], sums[1]), high = _mm512_packs_epi32(sums[2], sums[3]);
        const __m512i cap = _mm512_set1_epi8(static_cast<char>(cap_)), floor = _mm512_set1_epi8(floor_);
        const __m512i numbers = to_signed_ ? _mm512_min_epi8(_mm512_max_epi8(_mm512_packs_epi16(low, high), floor), cap)
                                           : _mm512_min_epu8(_mm512_packus_epi16(low, high), cap);
        _mm512_mask_storeu_epi8(to, mask, numbers);
    }

    TRADEWIND_AVX512 void compute_row(const DepthwiseLanes &block, const __m512i *const *rows, std::uint8_t *to,
                                      __mmask64 mask) const
    {
        for (std::int64_t quad = 0; quad < quads_; ++quad) {
            const std::int64_t x = quad * (pixels_ == 1 ? windows_ : pixels_);
            std::uint8_t *at = to + x * shape_.channels;
            const std::int64_t left = (shape_.output_width - x) * shape_.channels;
            const __mmask64 here = pixels_ > 1 && left < lanes ? (__mmask64{1} << left) - 1 : mask;
            outputs_of<0>(block, rows, quad, at, here);
            if (windows_ == 2 && x + 1 < shape_.output_width)
                outputs_of<1>(block, rows, quad, at + shape_.channels, here);
        }
    }

    // Output rows [first, last) of one block, with the rows of the input around the current one.
    TRADEWIND_AVX512 void compute(std::int64_t picture, std::int64_t block, std::int64_t first, std::int64_t last,
                                  __m512i *memory) const
    {
        const std::int64_t channel = pixels_ == 1 ? block * lanes : 0, left = shape_.channels - channel;
        const __mmask64 mask = pixels_ > 1 || left >= lanes ? ~__mmask64{0} : (__mmask64{1} << left) - 1;
        const auto place_of = [&](std::int64_t y) { return memory + (y + 3) % 3 * quads_ * groups; };
        std::int64_t next = first * shape_.stride - shape_.top; // the first row that is not there yet
        for (std::int64_t y = first; y < last; ++y) {
            const std::int64_t top = y * shape_.stride - shape_.top;
            for (next = std::max(next, top); next < top + 3; ++next)
                bring_together(picture, next, channel, mask, place_of(next));
            const __m512i *const rows[3] = {place_of(top), place_of(top + 1), place_of(top + 2)};
            compute_row(blocks_[static_cast<std::size_t>(block)], rows,
                        to_ + (picture * shape_.output_height + y) * shape_.output_width * shape_.channels + channel,
                        mask);
        }
    }

    DepthwiseShape shape_;
    std::int64_t pixels_, windows_, step_, quads_;
    std::vector<DepthwiseLanes> blocks_;
    const std::uint8_t *from_;
    std::uint8_t *to_;
    std::uint8_t flip_;
    bool to_signed_;
    std::uint8_t cap_;
    std::int8_t floor_;
};

} // namespace

DepthwiseLoop depthwise_8_bits(const Layer &layer, const float *weights, const float *bias, const std::byte *source,
                               std::byte *destination)
{
    return Kernel8(layer, weights, bias, source, destination);
}

} // namespace tradewind::onednn
#endif
