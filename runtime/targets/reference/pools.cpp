// SPDX-License-Identifier: Apache-2.0
// max_pool and avg_pool: windows cut to the image, so that padding never counts.
#include "targets/reference/kernels.h"

#include "ops/window.h"

#include <algorithm>
#include <limits>

namespace tradewind::reference {
namespace {

struct Range {
    std::int64_t first, last; // half open
};

Range inside(const WindowAxis &axis, std::int64_t index)
{
    const std::int64_t first = index * axis.stride - axis.before;
    return {std::max<std::int64_t>(first, 0), std::min(first + axis.kernel, axis.input)};
}

// `pixel` combines one pixel into the results, `end` finishes them knowing how many there were.
template <class Pixel, class End> void pool(const Operation &operation, float start, Pixel pixel, End end)
{
    const TensorView &input = operation.inputs[0], &output = operation.outputs[0];
    const Window window = window_of(operation.attributes, input.shape);
    const Shape &in = input.shape;
    float *out = output.floats();
    for (std::int64_t n = 0; n < output.shape[0]; ++n)
        for (std::int64_t y = 0; y < output.shape[1]; ++y)
            for (std::int64_t x = 0; x < output.shape[2]; ++x, out += in[3]) {
                const Range rows = inside(window.y, y), columns = inside(window.x, x);
                std::fill_n(out, in[3], start);
                for (auto iy = rows.first; iy < rows.last; ++iy)
                    for (auto ix = columns.first; ix < columns.last; ++ix)
                        pixel(out, input.floats() + ((n * in[1] + iy) * in[2] + ix) * in[3], in[3]);
                end(out, in[3], std::max<std::int64_t>((rows.last - rows.first) * (columns.last - columns.first), 1));
            }
}

} // namespace

void max_pool(const Operation &operation)
{
    pool(
        operation, -std::numeric_limits<float>::infinity(),
        [](float *out, const float *in, std::int64_t channels) {
            for (std::int64_t c = 0; c < channels; ++c) out[c] = std::max(out[c], in[c]);
        },
        [](float *, std::int64_t, std::int64_t) {});
}

void avg_pool(const Operation &operation)
{
    pool(
        operation, 0.0f,
        [](float *out, const float *in, std::int64_t channels) {
            for (std::int64_t c = 0; c < channels; ++c) out[c] += in[c];
        },
        [](float *out, std::int64_t channels, std::int64_t count) {
            for (std::int64_t c = 0; c < channels; ++c) out[c] /= static_cast<float>(count);
        });
}

} // namespace tradewind::reference
