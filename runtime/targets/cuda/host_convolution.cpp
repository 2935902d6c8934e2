// SPDX-License-Identifier: Apache-2.0
// Sums of products, pixel by pixel.
#include "targets/cuda/host_convolution.h"

#include <algorithm>
#include <vector>

namespace tradewind::cuda {
namespace {

template <class T> class PlainConvolution final : public Convolution {
public:
    explicit PlainConvolution(const ConvolutionShape &shape) : shape_(shape) {}

    void run(Stream, const ConvolutionArguments &arguments) override
    {
        const std::vector<float> weights = transposed(static_cast<const T *>(arguments.weights));
        std::vector<float> sums(static_cast<std::size_t>(shape_.filters));
        std::int64_t pixel = 0;
        for (std::int64_t n = 0; n < shape_.count; ++n)
            for (std::int64_t y = 0; y < shape_.y.output; ++y)
                for (std::int64_t x = 0; x < shape_.x.output; ++x, ++pixel) {
                    start(arguments, sums);
                    add_window(static_cast<const T *>(arguments.x), weights, n, y, x, sums);
                    finish(arguments, sums, pixel * shape_.filters);
                }
    }

    std::size_t workspace_bytes() const override { return 0; }
    std::string implementation() const override { return "plain sums"; }

private:
    // Filters innermost.
    std::vector<float> transposed(const T *from) const
    {
        const std::int64_t depth = shape_.y.kernel * shape_.x.kernel * shape_.channels;
        std::vector<float> to(static_cast<std::size_t>(depth * shape_.filters));
        for (std::int64_t f = 0; f < shape_.filters; ++f)
            for (std::int64_t d = 0; d < depth; ++d)
                to[static_cast<std::size_t>(d * shape_.filters + f)] = to_float(from[f * depth + d]);
        return to;
    }

    void start(const ConvolutionArguments &arguments, std::vector<float> &sums) const
    {
        const auto *bias = static_cast<const T *>(arguments.bias);
        for (std::size_t f = 0; f < sums.size(); ++f) sums[f] = bias ? to_float(bias[f]) : 0.0f;
    }

    void add_window(const T *from, const std::vector<float> &weights, std::int64_t n, std::int64_t y, std::int64_t x,
                    std::vector<float> &sums) const
    {
        for (std::int64_t ky = 0; ky < shape_.y.kernel; ++ky)
            for (std::int64_t kx = 0; kx < shape_.x.kernel; ++kx) {
                const std::int64_t iy = y * shape_.y.stride + ky * shape_.y.dilation - shape_.y.before;
                const std::int64_t ix = x * shape_.x.stride + kx * shape_.x.dilation - shape_.x.before;
                if (iy < 0 || iy >= shape_.y.input || ix < 0 || ix >= shape_.x.input) continue;
                const T *in = from + ((n * shape_.y.input + iy) * shape_.x.input + ix) * shape_.channels;
                const float *weight = weights.data() + (ky * shape_.x.kernel + kx) * shape_.channels * shape_.filters;
                for (std::int64_t c = 0; c < shape_.channels; ++c, weight += shape_.filters) {
                    const float value = to_float(in[c]);
                    for (std::int64_t f = 0; f < shape_.filters; ++f)
                        sums[static_cast<std::size_t>(f)] += value * weight[f];
                }
            }
    }

    void finish(const ConvolutionArguments &arguments, const std::vector<float> &sums, std::int64_t at) const
    {
        for (std::size_t f = 0; f < sums.size(); ++f) {
            const std::int64_t index = at + static_cast<std::int64_t>(f);
            float value = sums[f];
            if (arguments.residual) value += to_float(static_cast<const T *>(arguments.residual)[index]);
            if (shape_.activation != Activation::none) value = value > 0 ? value : 0;
            if (shape_.activation == Activation::relu6) value = std::min(value, 6.0f);
            static_cast<T *>(arguments.y)[index] = from_float<T>(value);
        }
    }

    ConvolutionShape shape_;
};

} // namespace

std::unique_ptr<Convolution> make_host_convolution(const ConvolutionShape &shape)
{
    return with_storage(shape.storage, [&](auto element) -> std::unique_ptr<Convolution> {
        return std::make_unique<PlainConvolution<decltype(element)>>(shape);
    });
}

} // namespace tradewind::cuda
