// SPDX-License-Identifier: Apache-2.0
// Kernels of depthwise convolutions: neighbouring threads have neighbouring channels, and each computes a run of
// outputs along x, so that it reads each weight once, and each input of 3x3 windows once for each row of them.
#pragma once

#include "targets/cuda/kernels/depthwise_runs.h"

#include <cmath>

namespace tradewind::cuda::depthwise_runs {

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

} // namespace tradewind::cuda::depthwise_runs
