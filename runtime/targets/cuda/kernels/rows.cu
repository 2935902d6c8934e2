// SPDX-License-Identifier: Apache-2.0
// Rows of channels: `lanes` threads share a row, each with every lanes-th element; their parts are put together in
// shared memory, always in the same order.
#include "targets/cuda/kernels/rows.h"

#include "targets/cuda/kernels/pack.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tradewind::cuda {
namespace {

constexpr int threads_of_block = 256;

struct Rows {
    std::int64_t rows, group;
    int channels, lanes;
    MapsIn x;
    MapsOut y;
    LiveRows live;

    // Calls f(thread, row, lane) for all that is wanted.
    template <class F> TRADEWIND_BLOCK_KERNEL void each(const Block &block, F f) const
    {
        const std::int64_t first = block.index() * (block.threads() / lanes);
        block.each(block.threads(), [&](int thread) {
            const std::int64_t row = first + thread / lanes;
            if (row < rows && (!live.counts || live.wants(row / group, block.picture())))
                f(thread, row, thread % lanes);
        });
    }
};

// The parts of the row that a thread works on.
TRADEWIND_PORTABLE inline const float *parts_beside(const float *parts, int thread, int lane)
{
    return parts + thread - lane;
}

TRADEWIND_PORTABLE inline float largest_of(const float *parts, int lanes)
{
    float largest = parts[0];
    for (int i = 1; i < lanes; ++i) largest = std::max(largest, parts[i]);
    return largest;
}

TRADEWIND_PORTABLE inline float sum_of(const float *parts, int lanes)
{
    float sum = parts[0];
    for (int i = 1; i < lanes; ++i) sum += parts[i];
    return sum;
}

template <class T> struct Softmax {
    Rows rows;

    TRADEWIND_BLOCK_KERNEL void operator()(const Block &block) const
    {
        float *largest = reinterpret_cast<float *>(block.shared()), *sums = largest + block.threads();
        const T *x = rows.x.of<T>(block.picture());
        T *y = rows.y.of<T>(block.picture());
        const int channels = rows.channels, lanes = rows.lanes;
        rows.each(block, [&](int thread, std::int64_t row, int lane) {
            float most = -std::numeric_limits<float>::infinity();
            for (int c = lane; c < channels; c += lanes) most = std::max(most, to_float(x[row * channels + c]));
            largest[thread] = most;
        });
        rows.each(block, [&](int thread, std::int64_t row, int lane) {
            const float most = largest_of(parts_beside(largest, thread, lane), lanes);
            float sum = 0;
            for (int c = lane; c < channels; c += lanes) sum += std::exp(to_float(x[row * channels + c]) - most);
            sums[thread] = sum;
        });
        rows.each(block, [&](int thread, std::int64_t row, int lane) {
            const float most = largest_of(parts_beside(largest, thread, lane), lanes);
            const float sum = sum_of(parts_beside(sums, thread, lane), lanes);
            for (int c = lane; c < channels; c += lanes)
                y[row * channels + c] = from_float<T>(std::exp(to_float(x[row * channels + c]) - most) / sum);
        });
    }
};

template <class T, int N> struct L2Normalization {
    Rows rows;
    const float *scale;
    float epsilon;

    TRADEWIND_BLOCK_KERNEL void operator()(const Block &block) const
    {
        float *squares = reinterpret_cast<float *>(block.shared());
        const T *x = rows.x.of<T>(block.picture());
        T *y = rows.y.of<T>(block.picture());
        const int channels = rows.channels, lanes = rows.lanes, step = lanes * N;
        rows.each(block, [&](int thread, std::int64_t row, int lane) {
            float sum = 0;
            for (int c = lane * N; c < channels; c += step) {
                float values[N];
                load(x + row * channels + c, values);
                for (int i = 0; i < N; ++i) sum += values[i] * values[i];
            }
            squares[thread] = sum;
        });
        rows.each(block, [&](int thread, std::int64_t row, int lane) {
            const float length = epsilon + std::sqrt(sum_of(parts_beside(squares, thread, lane), lanes));
            for (int c = lane * N; c < channels; c += step) {
                float values[N], factors[N];
                load(x + row * channels + c, values);
                load(scale + c, factors);
                for (int i = 0; i < N; ++i) values[i] = factors[i] * (values[i] / length);
                store(y + row * channels + c, values);
            }
        });
    }
};

// Enough lanes for a row, at most a warp.
Rows rows_of(const RowArguments &a, int width)
{
    int lanes = 1;
    while (lanes < 32 && lanes * width < a.channels) lanes *= 2;
    return {a.rows, a.group, static_cast<int>(a.channels), lanes, a.x, a.y, a.batch.live};
}

template <class K> void start(Stream stream, const RowArguments &a, const K &kernel, const char *name)
{
    const std::int64_t rows_of_block = threads_of_block / kernel.rows.lanes;
    for_blocks(stream, (a.rows + rows_of_block - 1) / rows_of_block, a.batch.pictures, threads_of_block,
               2 * threads_of_block * sizeof(float), kernel, name);
}

template <class T> bool whole_packs(const RowArguments &a)
{
    return a.channels % lanes_of_16_bytes<T> == 0 && is_aligned(a.x.data, a.x.stride, sizeof(T), 16) &&
           is_aligned(a.y.data, a.y.stride, sizeof(T), 16);
}

} // namespace

void softmax(Stream stream, const RowArguments &arguments)
{
    with_storage(arguments.batch.storage,
                 [&]<class T>(T) { start(stream, arguments, Softmax<T>{rows_of(arguments, 1)}, "softmax"); });
}

void l2_normalization(Stream stream, const RowArguments &arguments, const float *scale, float epsilon)
{
    with_storage(arguments.batch.storage, [&]<class T>(T) {
        constexpr int width = lanes_of_16_bytes<T>;
        if (whole_packs<T>(arguments))
            start(stream, arguments, L2Normalization<T, width>{rows_of(arguments, width), scale, epsilon},
                  "l2_normalization");
        else
            start(stream, arguments, L2Normalization<T, 1>{rows_of(arguments, 1), scale, epsilon}, "l2_normalization");
    });
}

} // namespace tradewind::cuda
