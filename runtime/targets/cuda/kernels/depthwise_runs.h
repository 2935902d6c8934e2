// SPDX-License-Identifier: Apache-2.0
// The shares of threads in a depthwise convolution: runs of outputs along x, of neighbouring channels.
#pragma once

#include "targets/cuda/kernels/activation.h"
#include "targets/cuda/kernels/items.h"
#include "targets/cuda/kernels/pack.h"

namespace tradewind::cuda::depthwise_runs {

struct Axis {
    int input, output, kernel, stride, dilation, before;
};

// A run of X outputs along x, N channels each, for each item.
struct Runs {
    Axis rows, columns;
    int maps, channels, multiplier, packs, runs; // packs of output channels; runs in a row
    MapsIn x;
    MapsOut y;
    LiveRows live;
    const float *weights, *biases;
    Activation activation;

    TRADEWIND_PORTABLE int filters() const { return channels * multiplier; }
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
    T *to = runs.y.of<T>(picture) + (line + at.column) * runs.filters() + at.filter;
    for (int x = 0; x < X; ++x) {
        if (at.column + x >= runs.columns.output) return;
        for (int i = 0; i < N; ++i) sums[x][i] = activated(sums[x][i], runs.activation);
        store(to + x * runs.filters(), sums[x]);
    }
}

template <class T, int N>
TRADEWIND_PORTABLE inline void load_or_zero(const T *line, int column, const Runs &runs, float (&values)[N])
{
    for (int i = 0; i < N; ++i) values[i] = 0;
    if (column >= 0 && column < runs.columns.input) load(line + column * runs.channels, values);
}

} // namespace tradewind::cuda::depthwise_runs
