// SPDX-License-Identifier: Apache-2.0
// conv2d: the sum over window and input channels, output channels innermost so that compilers vectorise the loop.
#include "targets/reference/kernels.h"

#include "ops/schemas.h"
#include "ops/window.h"

namespace tradewind::reference {
namespace {

struct Convolution {
    Window window;
    Shape in, out;
    const float *weights;

    // Adds the contribution of one input pixel, weighted by one tap of the kernel.
    void accumulate(const float *pixel, std::int64_t ky, std::int64_t kx, double *sums) const
    {
        const std::int64_t channels = in[3], filters = out[3];
        const float *tap = weights + (ky * window.x.kernel + kx) * channels * filters;
        for (std::int64_t c = 0; c < channels; ++c)
            for (std::int64_t f = 0; f < filters; ++f)
                sums[f] += static_cast<double>(pixel[c]) * static_cast<double>(tap[c * filters + f]);
    }

    void one_output(const float *image, std::int64_t y, std::int64_t x, double *sums) const
    {
        for (std::int64_t ky = 0; ky < window.y.kernel; ++ky) {
            const std::int64_t iy = y * window.y.stride + ky * window.y.dilation - window.y.before;
            if (iy < 0 || iy >= in[1]) continue;
            for (std::int64_t kx = 0; kx < window.x.kernel; ++kx) {
                const std::int64_t ix = x * window.x.stride + kx * window.x.dilation - window.x.before;
                if (ix >= 0 && ix < in[2]) accumulate(image + (iy * in[2] + ix) * in[3], ky, kx, sums);
            }
        }
    }
};

// The residual may lie where the output goes.
std::vector<float> copy_of_residual(const Operation &operation)
{
    if (operation.inputs.size() < 2) return {};
    const TensorView &residual = operation.inputs[1];
    return {residual.floats(), residual.floats() + residual.count()};
}

void add_residual_and_activate(const Operation &operation, const std::vector<float> &residual)
{
    float *out = operation.outputs[0].floats();
    const std::int64_t count = operation.outputs[0].count();
    if (!residual.empty()) {
        const float scale = static_cast<float>(operation.attributes.real("residual_scale"));
        for (std::int64_t i = 0; i < count; ++i) out[i] = residual[static_cast<std::size_t>(i)] + scale * out[i];
    }
    activate(operation.attributes.text("activation"), out, count);
}

} // namespace

void conv2d(const Operation &operation)
{
    const TensorView &input = operation.inputs[0], &output = operation.outputs[0];
    const Convolution convolution{window_of(operation.attributes, input.shape), input.shape, output.shape,
                                  operation.parameters.at(ops::weights_leaf(operation.attributes)).floats()};
    const std::vector<float> residual = copy_of_residual(operation);
    Sums sums(operation, output.shape[3]);
    float *out = output.floats();
    for (std::int64_t n = 0; n < output.shape[0]; ++n)
        for (std::int64_t y = 0; y < output.shape[1]; ++y)
            for (std::int64_t x = 0; x < output.shape[2]; ++x) {
                const float *image = input.floats() + n * input.shape[1] * input.shape[2] * input.shape[3];
                convolution.one_output(image, y, x, sums.start());
                out = sums.write(out);
            }
    add_residual_and_activate(operation, residual);
}

} // namespace tradewind::reference
