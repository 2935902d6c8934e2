// SPDX-License-Identifier: Apache-2.0
// Depthwise 3x3 in float32 and bfloat16: some outputs of a row at a time, for one block of channels after the other,
// whose weights stay in registers meanwhile. So memory is read as it lies.
#include "targets/onednn/depthwise_numbers.h"

#ifdef __x86_64__

namespace tradewind::onednn {
namespace {

template <class Numbers> struct Block {
    using Vector = typename Numbers::Vector;
    Vector weights[9], bias;
    typename Numbers::Mask mask;
};

template <class Numbers> class FloatKernel {
    using Number = typename Numbers::Number;
    using Vector = typename Numbers::Vector;
    static constexpr std::int64_t block = Numbers::block;

public:
    FloatKernel(const Layer &layer, const float *weights, const float *bias, const std::byte *source,
                std::byte *destination)
        : shape_(layer), blocks_((shape_.channels + block - 1) / block), parameters_({blocks_, 10, block}),
          zeros_({shape_.width * shape_.channels}), from_(reinterpret_cast<const Number *>(source)),
          to_(reinterpret_cast<Number *>(destination))
    {
        for (std::int64_t c = 0; c < shape_.channels; ++c) {
            float *to = parameters_.floats() + c / block * 10 * block + Numbers::place(c % block);
            for (std::int64_t tap = 0; tap < 9; ++tap) to[tap * block] = weights[tap * shape_.channels + c];
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
        constexpr int together = Numbers::together;
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

    TRADEWIND_AVX512 inline __attribute__((always_inline)) Block<Numbers> block_of(std::int64_t index) const
    {
        const float *from = parameters_.floats() + index * 10 * block;
        Block<Numbers> found;
#pragma GCC unroll 9
        for (int tap = 0; tap < 9; ++tap) found.weights[tap] = Numbers::parameters(from + tap * block);
        found.bias = Numbers::parameters(from + 9 * block);
        found.mask = Numbers::mask(shape_.channels - index * block);
        return found;
    }

    template <int stride, int outputs>
    TRADEWIND_AVX512 void outputs_of(const Taps &taps, std::int64_t index, const Limits &limits, Number *to) const
    {
        const Block<Numbers> of = block_of(index);
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
                const Vector pixel = Numbers::load(at.rows[y], of.mask);
                at.rows[y] += channels;
#pragma GCC unroll 3
                for (int tap = 0; tap < 3; ++tap)
                    if ((x - tap) % stride == 0 && x >= tap && (x - tap) / stride < outputs)
                        sums[(x - tap) / stride] =
                            Numbers::add_product(pixel, of.weights[3 * y + tap], sums[(x - tap) / stride]);
            }
#pragma GCC unroll 16
        for (int i = 0; i < outputs; ++i) Numbers::store(sums[i], limits, to + i * channels, of.mask);
    }

    // A window that may reach over the ends of a row leaves out the taps outside.
    TRADEWIND_AVX512 void edge(const Taps &taps, std::int64_t output, const Limits &limits, Number *to) const
    {
        const std::int64_t column = output * shape_.stride - shape_.left, channels = shape_.channels;
        const std::int64_t first = std::max<std::int64_t>(0, -column),
                           last = std::min<std::int64_t>(3, shape_.width - column);
        for (std::int64_t b = 0; b < blocks_; ++b) {
            const Block<Numbers> of = block_of(b);
            Vector sum = of.bias;
            for (std::int64_t x = first; x < last; ++x)
                for (int y = 0; y < 3; ++y)
                    sum =
                        Numbers::add_product(Numbers::load(taps.rows[y] + (column + x) * channels + b * block, of.mask),
                                             of.weights[3 * y + x], sum);
            Numbers::store(sum, limits, to + b * block, of.mask);
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

DepthwiseLoop depthwise_f32(const Layer &layer, const float *weights, const float *bias, const std::byte *source,
                            std::byte *destination)
{
    return FloatKernel<Floats>(layer, weights, bias, source, destination);
}

DepthwiseLoop depthwise_bf16(const Layer &layer, const float *weights, const float *bias, const std::byte *source,
                             std::byte *destination)
{
    return FloatKernel<Halves>(layer, weights, bias, source, destination);
}

} // namespace tradewind::onednn
#endif
