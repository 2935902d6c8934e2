// SPDX-License-Identifier: Apache-2.0
// Depthwise convolutions: neighbouring threads have neighbouring channels, and each computes a run of outputs along x,
// so that it reads each weight once, and each input of 3x3 windows once for each row of them.
#include "targets/cuda/kernels/depthwise.h"

#include "targets/cuda/kernels/activation.h"
#include "targets/cuda/kernels/pack.h"

#include <cmath>

namespace tradewind::cuda {
namespace {

constexpr int threads_of_block = 128;

struct Axis {
    int input, output, kernel, stride, dilation, before;
};

// A run of X outputs along x, N channels each, for each item.
struct Runs {
    Axis rows, columns;
    int maps, channels, filters, packs, runs; // packs of output channels; runs in a row
    MapsIn x;
    MapsOut y;
    LiveRows live;
    const float *weights, *biases;
    Activation activation;

    std::int64_t items() const { return static_cast<std::int64_t>(maps) * rows.output * runs * packs; }
};

// Where a run lies.
struct Place {
    int map, row, column, filter; // the first of its columns and filters

    TRADEWIND_PORTABLE Place(const Runs &runs, std::uint32_t item, int columns, int width)
    {
        const auto packs = static_cast<std::uint32_t>(runs.packs), run = item / packs;
        const auto line = run / static_cast<std::uint32_t>(runs.runs);
        filter = static_cast<int>(item - run * packs) * width;
        column = static_cast<int>(run - line * static_cast<std::uint32_t>(runs.runs)) * columns;
        map = static_cast<int>(line / static_cast<std::uint32_t>(runs.rows.output));
        row = static_cast<int>(line) - map * runs.rows.output;
    }
};

template <int N> TRADEWIND_PORTABLE inline void start_at_biases(const Runs &runs, int filter, float (&sums)[N])
{
    for (int i = 0; i < N; ++i) sums[i] = 0;
    if (runs.biases) load(runs.biases + filter, sums);
}

template <class T, int X, int N>
TRADEWIND_PORTABLE inline void finish(const Runs &runs, const Place &at, std::int64_t picture, float (&sums)[X][N])
{
    const std::int64_t line = (static_cast<std::int64_t>(at.map) * runs.rows.output + at.row) * runs.columns.output;
    T *to = runs.y.of<T>(picture) + (line + at.column) * runs.filters + at.filter;
    for (int x = 0; x < X; ++x) {
        if (at.column + x >= runs.columns.output) return;
        for (int i = 0; i < N; ++i) sums[x][i] = activated(sums[x][i], runs.activation);
        store(to + x * runs.filters, sums[x]);
    }
}

template <class T, int N>
TRADEWIND_PORTABLE inline void load_or_zero(const T *line, int column, const Runs &runs, float (&values)[N])
{
    for (int i = 0; i < N; ++i) values[i] = 0;
    if (column >= 0 && column < runs.columns.input) load(line + column * runs.channels, values);
}

// 3x3 windows, a multiplier of 1, no dilation. All loads of as many rows of windows as Rows come before their sums: few
// threads then wait for memory once, not three times.
template <class T, int N, int X, int S, int Rows> struct SmallWindows {
    static constexpr int columns = (X - 1) * S + 3; // of inputs
    Runs runs;

    TRADEWIND_PORTABLE void operator()(std::uint32_t item, std::int64_t picture) const
    {
        const Place at(runs, item, X, N);
        if (!runs.live.wants(at.map, picture)) return;
        float sums[X][N];
        for (int x = 0; x < X; ++x) start_at_biases(runs, at.filter, sums[x]);
        const T *map = runs.x.of<T>(picture) +
                       static_cast<std::int64_t>(at.map) * runs.rows.input * runs.columns.input * runs.channels +
                       at.filter;
        for (int ky = 0; ky < 3; ky += Rows) add_rows(map, ky, at, sums);
        finish<T>(runs, at, picture, sums);
    }

    TRADEWIND_PORTABLE void add_rows(const T *map, int first, const Place &at, float (&sums)[X][N]) const
    {
        float weights[Rows][3][N];
        Pack<T, N> inputs[Rows][columns];
        for (int r = 0; r < Rows; ++r) {
            for (int kx = 0; kx < 3; ++kx)
                load(runs.weights + ((first + r) * 3 + kx) * runs.filters + at.filter, weights[r][kx]);
            load_row(map, at.row * S + first + r - runs.rows.before, at, inputs[r]);
        }
        for (int r = 0; r < Rows; ++r)
            for (int x = 0; x < X; ++x)
                for (int kx = 0; kx < 3; ++kx)
                    for (int k = 0; k < N; ++k)
                        sums[x][k] = std::fma(to_float(inputs[r][x * S + kx].values[k]), weights[r][kx][k], sums[x][k]);
    }

    TRADEWIND_PORTABLE void load_row(const T *map, int row, const Place &at, Pack<T, N> (&inputs)[columns]) const
    {
        const bool inside = row >= 0 && row < runs.rows.input;
        const T *line = map + static_cast<std::int64_t>(row) * runs.columns.input * runs.channels;
        for (int i = 0; i < columns; ++i) {
            const int column = at.column * S + i - runs.columns.before;
            inputs[i] = {};
            if (inside && column >= 0 && column < runs.columns.input)
                inputs[i] = pack_at<Pack<T, N>>(line + column * runs.channels);
        }
    }
};

// Any windows. Same: the N outputs are of one input channel, N divides the multiplier; else they are of N channels, and
// the multiplier is 1 (or N is 1).
template <class T, int N, int X, bool Same> struct Windows {
    Runs runs;
    int multiplier;

    TRADEWIND_PORTABLE void operator()(std::uint32_t item, std::int64_t picture) const
    {
        const Place at(runs, item, X, N);
        if (!runs.live.wants(at.map, picture)) return;
        float sums[X][N];
        for (int x = 0; x < X; ++x) start_at_biases(runs, at.filter, sums[x]);
        const T *map = runs.x.of<T>(picture) +
                       static_cast<std::int64_t>(at.map) * runs.rows.input * runs.columns.input * runs.channels +
                       at.filter / multiplier;
        for (int ky = 0; ky < runs.rows.kernel; ++ky) {
            const int row = at.row * runs.rows.stride + ky * runs.rows.dilation - runs.rows.before;
            if (row >= 0 && row < runs.rows.input)
                add_row(map + static_cast<std::int64_t>(row) * runs.columns.input * runs.channels, ky, at, sums);
        }
        finish<T>(runs, at, picture, sums);
    }

    TRADEWIND_PORTABLE void add_row(const T *line, int ky, const Place &at, float (&sums)[X][N]) const
    {
        const float *tap = runs.weights + ky * runs.columns.kernel * runs.filters + at.filter;
        for (int kx = 0; kx < runs.columns.kernel; ++kx, tap += runs.filters) {
            float weights[N];
            load(tap, weights);
            for (int x = 0; x < X; ++x) {
                constexpr int inputs = Same ? 1 : N;
                float input[inputs];
                load_or_zero(line,
                             (at.column + x) * runs.columns.stride + kx * runs.columns.dilation - runs.columns.before,
                             runs, input);
                for (int k = 0; k < N; ++k) sums[x][k] = std::fma(input[Same ? 0 : k], weights[k], sums[x][k]);
            }
        }
    }
};

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
