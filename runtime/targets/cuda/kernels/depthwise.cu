// SPDX-License-Identifier: Apache-2.0
// Which kernel computes a depthwise convolution, and how long its runs are.
#include "targets/cuda/kernels/depthwise.h"

#include "targets/cuda/kernels/depthwise_windows.h"

namespace tradewind::cuda {
namespace {

using namespace depthwise_runs;

constexpr int threads_of_block = 128;

Axis axis_of(const ConvolutionAxis &axis)
{
    const auto number = [](std::int64_t value) { return static_cast<int>(value); };
    return {number(axis.input),  number(axis.output),   number(axis.kernel),
            number(axis.stride), number(axis.dilation), number(axis.before)};
}

Runs runs_of(const DepthwiseArguments &a, int columns, int width)
{
    const auto filters = static_cast<int>(a.filters()), outputs = static_cast<int>(a.columns.output);
    return {axis_of(a.rows),
            axis_of(a.columns),
            static_cast<int>(a.maps),
            static_cast<int>(a.channels),
            filters,
            filters / width,
            (outputs + columns - 1) / columns,
            a.x,
            a.y,
            a.batch.live,
            a.weights,
            a.biases,
            a.activation};
}

bool fits(const DepthwiseArguments &a, int width)
{
    const std::size_t element = byte_size(a.batch.storage), bytes = element * static_cast<std::size_t>(width);
    const auto divides = a.multiplier == 1 ? a.channels : a.multiplier;
    return divides % width == 0 && is_aligned(a.y.data, a.y.stride, element, bytes) &&
           (a.multiplier != 1 || is_aligned(a.x.data, a.x.stride, element, bytes));
}

// Whether runs of so many outputs leave work for every processor of a large device, several warps each.
bool fill_device(const DepthwiseArguments &a, int columns, int width)
{
    constexpr std::int64_t enough = 132 * 256;
    return runs_of(a, columns, width).items() * a.batch.pictures >= enough;
}

template <class K> void start(Stream stream, const DepthwiseArguments &a, const K &kernel)
{
    for_items(stream, kernel.runs.items(), a.batch.pictures, kernel, "depthwise", threads_of_block);
}

template <class T, int N, int X> void start_small(Stream stream, const DepthwiseArguments &a)
{
    constexpr int rows = X < 4 ? 3 : 1;
    if (a.columns.stride == 1)
        start(stream, a, SmallWindows<T, N, X, 1, rows>{runs_of(a, X, N)});
    else
        start(stream, a, SmallWindows<T, N, X, 2, rows>{runs_of(a, X, N)});
}

template <class T> bool try_small(Stream stream, const DepthwiseArguments &a)
{
    const auto plain = [](const ConvolutionAxis &axis) { return axis.kernel == 3 && axis.dilation == 1; };
    if (a.multiplier != 1 || !plain(a.rows) || !plain(a.columns) || a.rows.stride != a.columns.stride ||
        a.columns.stride > 2 || !fits(a, 4))
        return false;
    constexpr int whole = lanes_of_16_bytes<T>;
    if (whole > 4 && fits(a, whole) && fill_device(a, 4, whole))
        start_small<T, whole, 4>(stream, a);
    else if (fill_device(a, 4, 4))
        start_small<T, 4, 4>(stream, a);
    else if (fill_device(a, 2, 4))
        start_small<T, 4, 2>(stream, a);
    else
        start_small<T, 4, 1>(stream, a);
    return true;
}

template <class T, int N, int X> void start_any(Stream stream, const DepthwiseArguments &a)
{
    const auto multiplier = static_cast<int>(a.multiplier);
    if (multiplier == 1)
        start(stream, a, Windows<T, N, X, false>{runs_of(a, X, N), multiplier});
    else
        start(stream, a, Windows<T, N, X, true>{runs_of(a, X, N), multiplier});
}

} // namespace

void depthwise(Stream stream, const DepthwiseArguments &arguments)
{
    with_storage(arguments.batch.storage, [&]<class T>(T) {
        if (try_small<T>(stream, arguments)) return;
        if (arguments.multiplier > 1 && fits(arguments, 8) && fill_device(arguments, 4, 8))
            start(stream, arguments,
                  Windows<T, 8, 4, true>{runs_of(arguments, 4, 8), static_cast<int>(arguments.multiplier)});
        else if (fits(arguments, 4))
            fill_device(arguments, 4, 4) ? start_any<T, 4, 4>(stream, arguments)
                                         : start_any<T, 4, 1>(stream, arguments);
        else
            start_any<T, 1, 2>(stream, arguments);
    });
}

} // namespace tradewind::cuda
