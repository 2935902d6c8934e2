// SPDX-License-Identifier: Apache-2.0
// Ops that move elements, and the mean over a map.
#include "targets/reference/kernels.h"

#include <algorithm>
#include <cstring>

namespace tradewind::reference {

void reshape(const Operation &operation)
{
    if (operation.inputs[0].data != operation.outputs[0].data)
        std::memcpy(operation.outputs[0].data, operation.inputs[0].data, operation.inputs[0].bytes());
}

void concat(const Operation &operation)
{
    const Shape &shape = operation.outputs[0].shape;
    std::int64_t axis = operation.attributes.integer("axis");
    axis += axis < 0 ? static_cast<std::int64_t>(shape.size()) : 0;
    const std::int64_t outer = element_count(Shape(shape.begin(), shape.begin() + axis));
    const std::size_t element = byte_size(operation.outputs[0].type);
    std::byte *out = operation.outputs[0].data;
    for (std::int64_t i = 0; i < outer; ++i)
        for (const TensorView &input : operation.inputs) {
            const std::size_t bytes = static_cast<std::size_t>(input.count() / outer) * element;
            std::memcpy(out, input.data + static_cast<std::size_t>(i) * bytes, bytes);
            out += bytes;
        }
}

void pad(const Operation &operation)
{
    const TensorView &input = operation.inputs[0], &output = operation.outputs[0];
    const auto &pads = operation.attributes.integers("pads");
    const Shape &in = input.shape, &out = output.shape;
    std::fill_n(output.floats(), output.count(), 0.0f);
    for (std::int64_t n = 0; n < in[0]; ++n)
        for (std::int64_t y = 0; y < in[1]; ++y)
            std::copy_n(input.floats() + (n * in[1] + y) * in[2] * in[3], in[2] * in[3],
                        output.floats() + ((n * out[1] + y + pads[0]) * out[2] + pads[2]) * out[3]);
}

void spatial_mean(const Operation &operation)
{
    const Shape &in = operation.inputs[0].shape;
    const std::int64_t pixels = in[1] * in[2], channels = in[3];
    for (std::int64_t n = 0; n < in[0]; ++n)
        for (std::int64_t c = 0; c < channels; ++c) {
            double sum = 0;
            for (std::int64_t p = 0; p < pixels; ++p)
                sum += operation.inputs[0].floats()[(n * pixels + p) * channels + c];
            operation.outputs[0].floats()[n * channels + c] = static_cast<float>(sum / static_cast<double>(pixels));
        }
}

} // namespace tradewind::reference
