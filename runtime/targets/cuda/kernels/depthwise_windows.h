// SPDX-License-Identifier: Apache-2.0
// Kernels of depthwise convolutions: neighbouring threads have neighbouring channels, and each computes a run of
// outputs along x, so that it reads each weight once, and each input of square windows once for each row of them.
#pragma once

#include "targets/cuda/kernels/depthwise_runs.h"

#include <cmath>

namespace tradewind::cuda::depthwise_runs {

// The N outputs of a thread are of N input channels, the multiplier is 1 (or N is 1). Same: they are of one input
// channel, N divides the multiplier.
template <bool Same, int N> constexpr int inputs_of = Same ? 1 : N;

template <class T> TRADEWIND_PORTABLE inline const T *map_of(const Runs &runs, const Place &at, std::int64_t picture)
{
    return runs.x.of<T>(picture) +
           static_cast<std::int64_t>(at.map) * runs.rows.input * runs.columns.input * runs.channels +
           at.filter / runs.multiplier;
}

// KxK windows without dilation, stride S. All loads of as many rows of windows as Rows come before their sums: few
// threads then wait for memory once, not K times.
template <class T, int N, int X, int K, int S, int Rows, bool Same> struct SquareWindows {
    static constexpr int columns = (X - 1) * S + K; // of inputs
    static constexpr int inputs = inputs_of<Same, N>;
    Runs runs;

    TRADEWIND_PORTABLE void operator()(std::uint32_t item, std::int64_t picture) const
    {
        const Place at(runs, item, X, N);
        if (!runs.live.wants(at.map, picture)) return;
        float sums[X][N];
        for (int x = 0; x < X; ++x) start_at_biases(runs, at.filter, sums[x]);
        const T *map = map_of<T>(runs, at, picture);
        for (int ky = 0; ky < K; ky += Rows) add_rows(map, ky, at, sums);
        finish<T>(runs, at, picture, sums);
    }

    TRADEWIND_PORTABLE void add_rows(const T *map, int first, const Place &at, float (&sums)[X][N]) const
    {
        float weights[Rows][K][N];
        Pack<T, inputs> row[Rows][columns];
        for (int r = 0; r < Rows; ++r) {
            for (int kx = 0; kx < K; ++kx)
                load(runs.weights + ((first + r) * K + kx) * runs.filters() + at.filter, weights[r][kx]);
            load_row(map, at.row * S + first + r - runs.rows.before, at, row[r]);
        }
        for (int r = 0; r < Rows; ++r)
            for (int x = 0; x < X; ++x)
                for (int kx = 0; kx < K; ++kx)
                    for (int k = 0; k < N; ++k)
                        sums[x][k] =
                            std::fma(to_float(row[r][x * S + kx].values[Same ? 0 : k]), weights[r][kx][k], sums[x][k]);
    }

    TRADEWIND_PORTABLE void load_row(const T *map, int row, const Place &at, Pack<T, inputs> (&to)[columns]) const
    {
        const bool inside = row >= 0 && row < runs.rows.input;
        const T *line = map + static_cast<std::int64_t>(row) * runs.columns.input * runs.channels;
        for (int i = 0; i < columns; ++i) {
            const int column = at.column * S + i - runs.columns.before;
            to[i] = {};
            if (inside && column >= 0 && column < runs.columns.input)
                to[i] = pack_at<Pack<T, inputs>>(line + column * runs.channels);
        }
    }
};

template <class T, int N, int X, bool Same> struct AnyWindows {
    Runs runs;

    TRADEWIND_PORTABLE void operator()(std::uint32_t item, std::int64_t picture) const
    {
        const Place at(runs, item, X, N);
        if (!runs.live.wants(at.map, picture)) return;
        float sums[X][N];
        for (int x = 0; x < X; ++x) start_at_biases(runs, at.filter, sums[x]);
        const T *map = map_of<T>(runs, at, picture);
        for (int ky = 0; ky < runs.rows.kernel; ++ky) {
            const int row = at.row * runs.rows.stride + ky * runs.rows.dilation - runs.rows.before;
            if (row >= 0 && row < runs.rows.input)
                add_row(map + static_cast<std::int64_t>(row) * runs.columns.input * runs.channels, ky, at, sums);
        }
        finish<T>(runs, at, picture, sums);
    }

    TRADEWIND_PORTABLE void add_row(const T *line, int ky, const Place &at, float (&sums)[X][N]) const
    {
        const float *tap = runs.weights + ky * runs.columns.kernel * runs.filters() + at.filter;
        for (int kx = 0; kx < runs.columns.kernel; ++kx, tap += runs.filters()) {
            float weights[N];
            load(tap, weights);
            for (int x = 0; x < X; ++x) {
                float input[inputs_of<Same, N>];
                load_or_zero(line,
                             (at.column + x) * runs.columns.stride + kx * runs.columns.dilation - runs.columns.before,
                             runs, input);
                for (int k = 0; k < N; ++k) sums[x][k] = std::fma(input[Same ? 0 : k], weights[k], sums[x][k]);
            }
        }
    }
};

} // namespace tradewind::cuda::depthwise_runs
