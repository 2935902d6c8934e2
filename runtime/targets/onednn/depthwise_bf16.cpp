// SPDX-License-Identifier: Apache-2.0
// Depthwise 3x3 in bfloat16 with sums in float32: some outputs of a row at a time, for one block of channels after the
// other, whose weights stay in registers meanwhile. So memory is read as it lies.
#include "targets/onednn/depthwise_rows.h"
#include "targets/onednn/vector_instructions.h"

#include "tensor/half_precision.h"

#ifdef __x86_64__

namespace tradewind::onednn {
namespace {

struct Limits {
    __m512 low, high;
    bool clamps; // else numbers stay as they are; a NaN becomes `low`
};

TRADEWIND_AVX512 inline __m512 limited(__m512 number, const Limits &limits)
{
    return limits.clamps ? _mm512_min_ps(_mm512_max_ps(number, limits.low), limits.high) : number;
}

// 32 channels, those with even and with odd numbers apart, which takes one instruction each.
struct Vector {
    __m512 even, odd;
};
using Number = std::uint16_t;
constexpr std::int64_t block = 32;
constexpr int together = 4; // outputs of a row, so that enough sums are under way

__mmask32 mask_of(std::int64_t count) { return count >= block ? ~__mmask32{0} : (__mmask32{1} << count) - 1; }

// Where the weights and biases of a channel of a block are kept.
std::int64_t place(std::int64_t channel) { return channel % 2 * 16 + channel / 2; }

TRADEWIND_AVX512 Vector parameters(const float *from) { return {_mm512_load_ps(from), _mm512_load_ps(from + 16)}; }

TRADEWIND_AVX512 Vector load(const Number *from, __mmask32 mask)
{
    const __m512i both = _mm512_maskz_loadu_epi16(mask, from);
    return {_mm512_castsi512_ps(_mm512_slli_epi32(both, 16)),
            _mm512_castsi512_ps(_mm512_and_si512(both, _mm512_set1_epi32(static_cast<int>(0xffff0000))))};
}

TRADEWIND_AVX512 Vector add_product(const Vector &a, const Vector &b, const Vector &sum)
{
    return {_mm512_fmadd_ps(a.even, b.even, sum.even), _mm512_fmadd_ps(a.odd, b.odd, sum.odd)};
}

TRADEWIND_AVX512 __m512i order()
{
    return _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4,
                            19, 3, 18, 2, 17, 1, 16, 0);
}

TRADEWIND_AVX512 void store(const Vector &sum, const Limits &limits, Number *to, __mmask32 mask)
{
    const auto apart =
        reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(limited(sum.odd, limits), limited(sum.even, limits)));
    _mm512_mask_storeu_epi16(to, mask, _mm512_permutexvar_epi16(order(), apart));
}

float rounded(float weight) { return from_bf16(to_bf16(weight)); }

class Kernel16 {
    struct Block {
        Vector weights[9], bias;
        __mmask32 mask;
    };

public:
    Kernel16(const Layer &layer, const float *weights, const float *bias, const std::byte *source,
             std::byte *destination)
        : shape_(layer), blocks_((shape_.channels + block - 1) / block), parameters_({blocks_, 10, block}),
          zeros_({shape_.width * shape_.channels}), from_(reinterpret_cast<const Number *>(source)),
          to_(reinterpret_cast<Number *>(destination))
    {
        for (std::int64_t c = 0; c < shape_.channels; ++c) {
            float *to = parameters_.floats() + c / block * 10 * block + place(c % block);
            for (std::int64_t tap = 0; tap < 9; ++tap) to[tap * block] = rounded(weights[tap * shape_.channels + c]);
            to[9 * block] = bias ? bias[c] : 0.0f;
        }
    }

    void operator()() const
    {
#pragma omp parallel for schedule(static)
        for (std::int64_t row = 0; row < shape_.pictures * shape_.output_height; ++row)
            shape_.stride == 1 ? compute_row<1>(row) : compute_row<2>(row);
    }

private:
    // Of the input, under a row of the output.
    struct Taps {
        const Number *rows[3]; // zeros where there is none
    };

    Taps taps(std::int64_t row) const
    {
        const std::int64_t picture = row / shape_.output_height,
                           first = row % shape_.output_height * shape_.stride - shape_.top;
        Taps taps;
        for (int tap = 0; tap < 3; ++tap) {
            const std::int64_t y = first + tap;
            taps.rows[tap] = y >= 0 && y < shape_.height
                                 ? from_ + (picture * shape_.height + y) * shape_.width * shape_.channels
                                 : reinterpret_cast<const Number *>(zeros_.data());
        }
        return taps;
    }

    template <int stride> TRADEWIND_AVX512 void compute_row(std::int64_t row) const
    {
        const Limits limits{_mm512_set1_ps(shape_.low), _mm512_set1_ps(shape_.high), shape_.low == 0};
        const Taps taps = this->taps(row);
        const std::int64_t first = shape_.first_inside(), last = shape_.last_inside(), channels = shape_.channels;
        Number *to = to_ + row * shape_.output_width * channels;
        const auto inside = [&](std::int64_t x) {
            const Taps here = moved(taps, (x * stride - shape_.left) * channels);
            for (std::int64_t b = 0; b < blocks_; ++b)
                outputs_of<stride, together>(here, b, limits, to + x * channels + b * block);
        };
        std::int64_t x = first;
        for (; x + together <= last; x += together) inside(x);
        if (x < last && last - first >= together) {
            inside(last - together); // some of them again
            x = last;
        }
        for (std::int64_t i = 0; i < first; ++i) edge(taps, i, limits, to + i * channels);
        for (; x < shape_.output_width; ++x) edge(taps, x, limits, to + x * channels);
    }

    static Taps moved(const Taps &taps, std::int64_t by)
    {
        return {{taps.rows[0] + by, taps.rows[1] + by, taps.rows[2] + by}};
    }

    TRADEWIND_AVX512 inline __attribute__((always_inline)) Block block_of(std::int64_t index) const
    {
        const float *from = parameters_.floats() + index * 10 * block;
        Block found;
#pragma GCC unroll 9
        for (int tap = 0; tap < 9; ++tap) found.weights[tap] = parameters(from + tap * block);
        found.bias = parameters(from + 9 * block);
        found.mask = mask_of(shape_.channels - index * block);
        return found;
    }

    template <int stride, int outputs>
    TRADEWIND_AVX512 void outputs_of(const Taps &taps, std::int64_t index, const Limits &limits, Number *to) const
    {
        const Block of = block_of(index);
        const std::int64_t channels = shape_.channels;
        Vector sums[outputs];
#pragma GCC unroll 16
        for (int i = 0; i < outputs; ++i) sums[i] = of.bias;
        // Three addresses that move on: of addresses told one by one the compiler would keep all.
        Taps at = moved(taps, index * block);
#pragma GCC unroll 32
        for (int x = 0; x < (outputs - 1) * stride + 3; ++x)
#pragma GCC unroll 3
            for (int y = 0; y < 3; ++y) {
                const Vector pixel = load(at.rows[y], of.mask);
                at.rows[y] += channels;
#pragma GCC unroll 3
                for (int tap = 0; tap < 3; ++tap)
                    if ((x - tap) % stride == 0 && x >= tap && (x - tap) / stride < outputs)
                        sums[(x - tap) / stride] =
                            add_product(pixel, of.weights[3 * y + tap], sums[(x - tap) / stride]);
            }
#pragma GCC unroll 16
        for (int i = 0; i < outputs; ++i) store(sums[i], limits, to + i * channels, of.mask);
    }

    // A window that may reach over the ends of a row leaves out the taps outside.
    TRADEWIND_AVX512 void edge(const Taps &taps, std::int64_t output, const Limits &limits, Number *to) const
    {
        const std::int64_t column = output * shape_.stride - shape_.left, channels = shape_.channels;
        const std::int64_t first = std::max<std::int64_t>(0, -column),
                           last = std::min<std::int64_t>(3, shape_.width - column);
        for (std::int64_t b = 0; b < blocks_; ++b) {
            const Block of = block_of(b);
            Vector sum = of.bias;
            for (std::int64_t x = first; x < last; ++x)
                for (int y = 0; y < 3; ++y)
                    sum = add_product(load(taps.rows[y] + (column + x) * channels + b * block, of.mask),
                                      of.weights[3 * y + x], sum);
            store(sum, limits, to + b * block, of.mask);
        }
    }

    DepthwiseShape shape_;
    std::int64_t blocks_;
    Tensor parameters_; // of each block: nine weights and a bias for each of its channels
    Tensor zeros_;      // a row
    const Number *from_;
    Number *to_;
};

} // namespace

DepthwiseLoop depthwise_bf16(const Layer &layer, const float *weights, const float *bias, const std::byte *source,
                             std::byte *destination)
{
    return Kernel16(layer, weights, bias, source, destination);
}

} // namespace tradewind::onednn
#endif
