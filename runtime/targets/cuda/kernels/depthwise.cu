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
            static_cast<int>(a.multiplier),
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

bool are_square(const DepthwiseArguments &a, std::int64_t kernel)
{
    const auto plain = [=](const ConvolutionAxis &axis) { return axis.kernel == kernel && axis.dilation == 1; };
    return plain(a.rows) && plain(a.columns) && a.rows.stride == a.columns.stride;
}

// Windows of most networks.
template <class T, int N, int X> void start_3x3(Stream stream, const DepthwiseArguments &a)
{
    constexpr int rows = X < 4 ? 3 : 1;
    if (a.columns.stride == 1)
        start(stream, a, SquareWindows<T, N, X, 3, 1, rows, false>{runs_of(a, X, N)});
    else
        start(stream, a, SquareWindows<T, N, X, 3, 2, rows, false>{runs_of(a, X, N)});
}

template <class T> bool try_3x3(Stream stream, const DepthwiseArguments &a)
{
    if (a.multiplier != 1 || !are_square(a, 3) || a.columns.stride > 2 || !fits(a, 4)) return false;
    constexpr int whole = lanes_of_16_bytes<T>;
    if (whole > 4 && fits(a, whole) && fill_device(a, 4, whole))
        start_3x3<T, whole, 4>(stream, a);
    else if (fill_device(a, 4, 4))
        start_3x3<T, 4, 4>(stream, a);
    else if (fill_device(a, 2, 4))
        start_3x3<T, 4, 2>(stream, a);
    else
        start_3x3<T, 4, 1>(stream, a);
    return true;
}

// The first layer of networks that begin with a separable convolution.
template <class T> bool try_7x7(Stream stream, const DepthwiseArguments &a)
{
    if (a.multiplier == 1 || !are_square(a, 7) || a.columns.stride != 2 || !fits(a, 4)) return false;
    if (fits(a, 8) && fill_device(a, 4, 8))
        start(stream, a, SquareWindows<T, 8, 4, 7, 2, 1, true>{runs_of(a, 4, 8)});
    else
        start(stream, a, SquareWindows<T, 4, 4, 7, 2, 1, true>{runs_of(a, 4, 4)});
    return true;
}

template <class T, int N, int X> void start_any(Stream stream, const DepthwiseArguments &a)
{
    if (a.multiplier == 1)
        start(stream, a, AnyWindows<T, N, X, false>{runs_of(a, X, N)});
    else
        start(stream, a, AnyWindows<T, N, X, true>{runs_of(a, X, N)});
}

} // namespace

void depthwise(Stream stream, const DepthwiseArguments &arguments)
{
    with_storage(arguments.batch.storage, [&]<class T>(T) {
        if (try_3x3<T>(stream, arguments) || try_7x7<T>(stream, arguments)) return;
        if (!fits(arguments, 4))
            start_any<T, 1, 2>(stream, arguments);
        else if (fill_device(arguments, 4, 4))
            start_any<T, 4, 4>(stream, arguments);
        else
            start_any<T, 4, 1>(stream, arguments);
    });
}

} // namespace tradewind::cuda
