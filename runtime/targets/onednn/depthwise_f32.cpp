// SPDX-License-Identifier: Apache-2.0
// Depthwise 3x3 in float32: blocks of 16 channels whose nine weights stay in registers.
#include "targets/onednn/depthwise_rows.h"
#include "targets/onednn/vector_instructions.h"

#ifdef __x86_64__

namespace tradewind::onednn {
namespace {

constexpr std::int64_t block = 16;

struct Row {
    const float *taps[3]; // of the input, at the column of tap 0; a row of zeros where there is none
    std::int64_t channels;
    __m512 weights[9], bias, low, high;
    __mmask16 mask;
    bool clamps; // to low and high, where a NaN is low
};

TRADEWIND_AVX512 inline void store(const Row &row, __m512 sum, float *to)
{
    if (row.clamps) sum = _mm512_min_ps(_mm512_max_ps(sum, row.low), row.high);
    _mm512_mask_storeu_ps(to, row.mask, sum);
}

template <int stride, int outputs>
TRADEWIND_AVX512 inline __attribute__((always_inline)) void outputs_of(const Row &row, std::int64_t column, float *to)
{
    __m512 sums[outputs];
#pragma GCC unroll 16
    for (int i = 0; i < outputs; ++i) sums[i] = row.bias;
#pragma GCC unroll 3
    for (int y = 0; y < 3; ++y)
#pragma GCC unroll 32
        for (int x = 0; x < (outputs - 1) * stride + 3; ++x) {
            const __m512 pixel = _mm512_maskz_loadu_ps(row.mask, row.taps[y] + (column + x) * row.channels);
#pragma GCC unroll 3
            for (int tap = 0; tap < 3; ++tap)
                if ((x - tap) % stride == 0 && x >= tap && (x - tap) / stride < outputs)
                    sums[(x - tap) / stride] =
                        _mm512_fmadd_ps(pixel, row.weights[3 * y + tap], sums[(x - tap) / stride]);
        }
#pragma GCC unroll 16
    for (int i = 0; i < outputs; ++i) store(row, sums[i], to + i * row.channels);
}

// Windows that reach over the ends of a row leave out the taps outside.
TRADEWIND_AVX512 void edge(const Row &row, std::int64_t column, std::int64_t width, float *to)
{
    const std::int64_t first = std::max<std::int64_t>(0, -column), last = std::min<std::int64_t>(3, width - column);
    __m512 sum = row.bias;
    for (int y = 0; y < 3; ++y)
        for (std::int64_t x = first; x < last; ++x)
            sum = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(row.mask, row.taps[y] + (column + x) * row.channels),
                                  row.weights[3 * y + x], sum);
    store(row, sum, to);
}

constexpr int together = 8; // outputs, so that enough sums are under way

template <int stride> TRADEWIND_AVX512 void compute_row(const DepthwiseShape &shape, const Row &row, float *to)
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

class Kernel32 {
public:
    Kernel32(const Layer &layer, const float *weights, const float *bias, const std::byte *source,
             std::byte *destination)
        : shape_(layer), weights_(weights, weights + 9 * shape_.channels),
          bias_(static_cast<std::size_t>(shape_.channels)),
          zeros_(static_cast<std::size_t>(shape_.width * shape_.channels)),
          from_(reinterpret_cast<const float *>(source)), to_(reinterpret_cast<float *>(destination)),
          rows_(rows_together(shape_, shape_.width * block * 4))
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
    TRADEWIND_AVX512 void compute(std::int64_t picture, std::int64_t first, std::int64_t channel) const
    {
        Row row;
        row.channels = shape_.channels;
        const std::int64_t left = shape_.channels - channel;
        row.mask = static_cast<__mmask16>(left >= block ? 0xffff : (1 << left) - 1);
        for (int i = 0; i < 9; ++i)
            row.weights[i] = _mm512_maskz_loadu_ps(row.mask, weights_.data() + i * shape_.channels + channel);
        row.bias = _mm512_maskz_loadu_ps(row.mask, bias_.data() + channel);
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
            float *to = to_ + (picture * shape_.output_height + y) * shape_.output_width * shape_.channels + channel;
            shape_.stride == 1 ? compute_row<1>(shape_, row, to) : compute_row<2>(shape_, row, to);
        }
    }

    DepthwiseShape shape_;
    std::vector<float> weights_, bias_, zeros_;
    const float *from_;
    float *to_;
    std::int64_t rows_;
};

} // namespace

DepthwiseLoop depthwise_f32(const Layer &layer, const float *weights, const float *bias, const std::byte *source,
                            std::byte *destination)
{
    return Kernel32(layer, weights, bias, source, destination);
}

} // namespace tradewind::onednn
#endif
