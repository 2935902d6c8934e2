// SPDX-License-Identifier: Apache-2.0
// depthwise_conv2d: every channel by itself.
#include "targets/reference/kernels.h"

#include "ops/window.h"

namespace tradewind::reference {
namespace {

void one_output(const float *image, const Shape &in, const Window &window, const float *weights,
                std::int64_t multiplier, std::int64_t y, std::int64_t x, double *sums)
{
    for (std::int64_t ky = 0; ky < window.y.kernel; ++ky) {
        const std::int64_t iy = y * window.y.stride + ky * window.y.dilation - window.y.before;
        if (iy < 0 || iy >= in[1]) continue;
        for (std::int64_t kx = 0; kx < window.x.kernel; ++kx) {
            const std::int64_t ix = x * window.x.stride + kx * window.x.dilation - window.x.before;
            if (ix < 0 || ix >= in[2]) continue;
            const float *pixel = image + (iy * in[2] + ix) * in[3];
            const float *tap = weights + (ky * window.x.kernel + kx) * in[3] * multiplier;
            for (std::int64_t c = 0; c < in[3] * multiplier; ++c)
                sums[c] += static_cast<double>(pixel[c / multiplier]) * static_cast<double>(tap[c]);
        }
    }
}

} // namespace

void depthwise_conv2d(const Operation &operation)
{
    const TensorView &input = operation.inputs[0], &output = operation.outputs[0];
    const Window window = window_of(operation.attributes, input.shape);
    const Shape &in = input.shape;
    Sums sums(operation, output.shape[3]);
    float *out = output.floats();
    for (std::int64_t n = 0; n < output.shape[0]; ++n)
        for (std::int64_t y = 0; y < output.shape[1]; ++y)
            for (std::int64_t x = 0; x < output.shape[2]; ++x) {
                one_output(input.floats() + n * in[1] * in[2] * in[3], in, window,
                           operation.parameters.at("depthwise_weights").floats(),
                           operation.attributes.integer("multiplier"), y, x, sums.start());
                out = sums.write(out);
            }
    activate(operation.attributes.text("activation"), output.floats(), output.count());
}

} // namespace tradewind::reference
