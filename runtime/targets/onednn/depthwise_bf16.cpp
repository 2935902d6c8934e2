// SPDX-License-Identifier: Apache-2.0
// Depthwise 3x3 in bfloat16, weights and sums in float32: blocks of 32 channels, those with even and with odd numbers
// apart, which takes one instruction each.
#include "targets/onednn/depthwise_rows.h"
#include "targets/onednn/vector_instructions.h"

#ifdef __x86_64__

namespace tradewind::onednn {
namespace {

using Number = std::uint16_t;
constexpr std::int64_t block = 32;

struct Pair {
    __m512 even, odd;
};

struct Row {
    const Number *taps[3]; // of the input, at the column of tap 0; a row of zeros where there is none
    std::int64_t channels;
    Pair weights[9], bias;
    __m512 low, high;
    __m512i order; // of channels, from those apart
    __mmask32 mask;
    bool clamps; // to low and high, where a NaN is low
};

TRADEWIND_AVX512_BF16 inline Pair load(const Row &row, const Number *from)
{
    const __m512i both = _mm512_maskz_loadu_epi16(row.mask, from);
    return {_mm512_castsi512_ps(_mm512_slli_epi32(both, 16)),
            _mm512_castsi512_ps(_mm512_and_si512(both, _mm512_set1_epi32(static_cast<int>(0xffff0000))))};
}

TRADEWIND_AVX512_BF16 inline Pair add_product(const Pair &a, const Pair &b, const Pair &sum)
{
    return {_mm512_fmadd_ps(a.even, b.even, sum.even), _mm512_fmadd_ps(a.odd, b.odd, sum.odd)};
}

TRADEWIND_AVX512_BF16 inline void store(const Row &row, Pair sum, Number *to)
{
    if (row.clamps)
        sum = {_mm512_min_ps(_mm512_max_ps(sum.even, row.low), row.high),
               _mm512_min_ps(_mm512_max_ps(sum.odd, row.low), row.high)};
    const auto apart = reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(sum.odd, sum.even));
    _mm512_mask_storeu_epi16(to, row.mask, _mm512_permutexvar_epi16(row.order, apart));
}

template <int stride, int outputs>
TRADEWIND_AVX512_BF16 inline __attribute__((always_inline)) void outputs_of(const Row &row, std::int64_t column,
                                                                            Number *to)
{
    Pair sums[outputs];
#pragma GCC unroll 16
    for (int i = 0; i < outputs; ++i) sums[i] = row.bias;
#pragma GCC unroll 3
    for (int y = 0; y < 3; ++y)
#pragma GCC unroll 32
        for (int x = 0; x < (outputs - 1) * stride + 3; ++x) {
            const Pair pixel = load(row, row.taps[y] + (column + x) * row.channels);
#pragma GCC unroll 3
            for (int tap = 0; tap < 3; ++tap)
                if ((x - tap) % stride == 0 && x >= tap && (x - tap) / stride < outputs)
                    sums[(x - tap) / stride] = add_product(pixel, row.weights[3 * y + tap], sums[(x - tap) / stride]);
        }
#pragma GCC unroll 16
    for (int i = 0; i < outputs; ++i) store(row, sums[i], to + i * row.channels);
}

// Windows that reach over the ends of a row leave out the taps outside.
TRADEWIND_AVX512_BF16 void edge(const Row &row, std::int64_t column, std::int64_t width, Number *to)
{
    const std::int64_t first = std::max<std::int64_t>(0, -column), last = std::min<std::int64_t>(3, width - column);
    Pair sum = row.bias;
    for (int y = 0; y < 3; ++y)
        for (std::int64_t x = first; x < last; ++x)
            sum = add_product(load(row, row.taps[y] + (column + x) * row.channels), row.weights[3 * y + x], sum);
    store(row, sum, to);
}

constexpr int together = 4; // outputs, so that enough sums are under way

template <int stride> TRADEWIND_AVX512_BF16 void compute_row(const DepthwiseShape &shape, const Row &row, Number *to)
{
    const std::int64_t first = shape.first_inside(), last = shape.last_inside(), channels = shape.channels;
    std::int64_t x = 0;
    const auto column = [&](std::int64_t output) { return output * stride - shape.left; };
    for (; x < first; ++x) edge(row, column(x), shape.width, to + x * channels);
    const Row local = row;
    for (; x + together <= last; x += together) outputs_of<stride, together>(local, column(x), to + x * channels);
    if (x < last && last - first >= together) { // some of them again
        outputs_of<stride, together>(local, column(last - together), to + (last - together) * channels);
        x = last;
    }
    for (; x < last; ++x) outputs_of<stride, 1>(local, column(x), to + x * channels);
    for (; x < shape.output_width; ++x) edge(row, column(x), shape.width, to + x * channels);
}

class Kernel16 {
public:
    Kernel16(const Layer &layer, const float *weights, const float *bias, const std::byte *source,
             std::byte *destination)
        : shape_(layer), weights_(weights, weights + 9 * shape_.channels),
          bias_(static_cast<std::size_t>(shape_.channels)),
          zeros_(static_cast<std::size_t>(shape_.width * shape_.channels)),
          from_(reinterpret_cast<const Number *>(source)), to_(reinterpret_cast<Number *>(destination)),
          rows_(rows_together(shape_, shape_.width * block * 2))
    {
        if (bias) bias_.assign(bias, bias + shape_.channels);
    }

    void operator()() const
    {
        const std::int64_t parts = (shape_.output_height + rows_ - 1) / rows_;
#pragma omp parallel for schedule(static)
        for (std::int64_t i = 0; i < shape_.pictures * parts; ++i)
            for (std::int64_t c = 0; c < shape_.channels; c += block) compute(i / parts, i % parts * rows_, c);
    }

private:
    TRADEWIND_AVX512_BF16 void compute(std::int64_t picture, std::int64_t first, std::int64_t channel) const
    {
        Row row;
        row.channels = shape_.channels;
        const std::int64_t left = shape_.channels - channel;
        row.mask = left >= block ? ~__mmask32{0} : (__mmask32{1} << left) - 1;
        for (int i = 0; i < 9; ++i) row.weights[i] = pair(weights_.data() + i * shape_.channels + channel, left);
        row.bias = pair(bias_.data() + channel, left);
        alignas(64) std::uint16_t order[block];
        for (std::uint16_t i = 0; i < block; ++i) order[i] = static_cast<std::uint16_t>(i / 2 + i % 2 * 16);
        row.order = _mm512_load_si512(order);
        row.clamps = shape_.low == 0;
        row.low = _mm512_set1_ps(shape_.low);
        row.high = _mm512_set1_ps(shape_.high);
        const std::int64_t last = std::min(first + rows_, shape_.output_height);
        for (std::int64_t y = first; y < last; ++y) {
            for (int tap = 0; tap < 3; ++tap) {
                const std::int64_t at = y * shape_.stride - shape_.top + tap;
                const bool inside = at >= 0 && at < shape_.height;
                row.taps[tap] =
                    channel +
                    (inside ? from_ + (picture * shape_.height + at) * shape_.width * shape_.channels : zeros_.data());
            }
            Number *to = to_ + (picture * shape_.output_height + y) * shape_.output_width * shape_.channels + channel;
            shape_.stride == 1 ? compute_row<1>(shape_, row, to) : compute_row<2>(shape_, row, to);
        }
    }

    TRADEWIND_AVX512_BF16 static Pair pair(const float *from, std::int64_t count)
    {
        alignas(64) float even[block / 2] = {}, odd[block / 2] = {};
        for (std::int64_t i = 0; i < std::min(count, block); ++i) (i % 2 ? odd : even)[i / 2] = from[i];
        return {_mm512_load_ps(even), _mm512_load_ps(odd)};
    }

    DepthwiseShape shape_;
    std::vector<float> weights_, bias_;
    std::vector<Number> zeros_;
    const Number *from_;
    Number *to_;
    std::int64_t rows_;
};

} // namespace

DepthwiseLoop depthwise_bf16(const Layer &layer, const float *weights, const float *bias, const std::byte *source,
                             std::byte *destination)
{
    return Kernel16(layer, weights, bias, source, destination);
}

} // namespace tradewind::onednn
#endif
