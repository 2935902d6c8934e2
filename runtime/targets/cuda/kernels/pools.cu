// SPDX-License-Identifier: Apache-2.0
// Pools: each thread computes neighbouring channels of one output pixel.
#include "targets/cuda/kernels/pools.h"

#include "targets/cuda/kernels/pack.h"

#include <algorithm>
#include <limits>

namespace tradewind::cuda {
namespace {

struct Largest {
    static constexpr float start = -std::numeric_limits<float>::infinity();
    TRADEWIND_PORTABLE static float combined(float all, float next) { return std::max(all, next); }
    TRADEWIND_PORTABLE static float finished(float all, int) { return all; }
};

struct Mean {
    static constexpr float start = 0;
    TRADEWIND_PORTABLE static float combined(float all, float next) { return all + next; }
    TRADEWIND_PORTABLE static float finished(float all, int pixels) { return all / static_cast<float>(pixels); }
};

struct Axis {
    int input, output, kernel, stride, before;

    TRADEWIND_PORTABLE int first(int at) const { return std::max(at * stride - before, 0); }
    TRADEWIND_PORTABLE int last(int at) const { return std::min(at * stride - before + kernel, input); }
    TRADEWIND_PORTABLE int inside(int at) const { return last(at) - first(at); }
};

// K: the size of windows on both axes; 0: whatever the axes say.
template <class T, int N, class F, int K> struct Pool {
    Axis rows, columns;
    int maps, channels, packs;
    MapsIn x;
    MapsOut y;
    LiveRows live;

    std::int64_t items() const { return static_cast<std::int64_t>(maps) * rows.output * columns.output * packs; }

    TRADEWIND_PORTABLE void operator()(std::uint32_t item, std::int64_t picture) const
    {
        const std::uint32_t pixel = item / static_cast<std::uint32_t>(packs);
        const std::uint32_t line = pixel / static_cast<std::uint32_t>(columns.output);
        const std::uint32_t map = line / static_cast<std::uint32_t>(rows.output);
        if (!live.wants(map, picture)) return;
        const int channel = static_cast<int>(item - pixel * static_cast<std::uint32_t>(packs)) * N;
        const int row = static_cast<int>(line - map * static_cast<std::uint32_t>(rows.output));
        const int column = static_cast<int>(pixel - line * static_cast<std::uint32_t>(columns.output));
        const std::int64_t size = static_cast<std::int64_t>(rows.input) * columns.input * channels;
        float values[N];
        for (int i = 0; i < N; ++i) values[i] = F::start;
        if constexpr (K > 0)
            combine_all(x.of<T>(picture) + map * size + channel, row, column, values);
        else
            combine_each(x.of<T>(picture) + map * size + channel, row, column, values);
        const int pixels = rows.inside(row) * columns.inside(column);
        for (int i = 0; i < N; ++i) values[i] = F::finished(values[i], std::max(pixels, 1));
        store(y.of<T>(picture) + static_cast<std::int64_t>(pixel) * channels + channel, values);
    }

    TRADEWIND_PORTABLE const T *at(const T *from, int row, int column) const
    {
        return from + (static_cast<std::int64_t>(row) * columns.input + column) * channels;
    }

    // All loads first, none behind a branch, so that they are on their way together.
    TRADEWIND_PORTABLE void combine_all(const T *from, int row, int column, float (&values)[N]) const
    {
        const int top = row * rows.stride - rows.before, left = column * columns.stride - columns.before;
        Pack<T, N> packs_of_window[K * K];
        bool inside[K * K];
        for (int i = 0; i < K * K; ++i) {
            const int iy = top + i / K, ix = left + i % K;
            inside[i] = iy >= 0 && iy < rows.input && ix >= 0 && ix < columns.input;
            packs_of_window[i] = {};
            if (inside[i]) packs_of_window[i] = pack_at<Pack<T, N>>(at(from, iy, ix));
        }
        for (int i = 0; i < K * K; ++i)
            for (int k = 0; k < N; ++k) {
                const float combined = F::combined(values[k], to_float(packs_of_window[i].values[k]));
                values[k] = inside[i] ? combined : values[k];
            }
    }

    TRADEWIND_PORTABLE void combine_each(const T *from, int row, int column, float (&values)[N]) const
    {
        for (int iy = rows.first(row); iy < rows.last(row); ++iy)
            for (int ix = columns.first(column); ix < columns.last(column); ++ix) {
                float next[N];
                load(at(from, iy, ix), next);
                for (int i = 0; i < N; ++i) values[i] = F::combined(values[i], next[i]);
            }
    }
};

Axis axis_of(const ConvolutionAxis &axis)
{
    return {static_cast<int>(axis.input), static_cast<int>(axis.output), static_cast<int>(axis.kernel),
            static_cast<int>(axis.stride), static_cast<int>(axis.before)};
}

template <class T, int N, class F, int K> void start(Stream stream, const MapPoolArguments &a, const char *kernel)
{
    const Pool<T, N, F, K> pool{axis_of(a.rows),
                                axis_of(a.columns),
                                static_cast<int>(a.maps),
                                static_cast<int>(a.channels),
                                static_cast<int>(a.channels / N),
                                a.x,
                                a.y,
                                a.batch.live};
    for_items(stream, pool.items(), a.batch.pictures, pool, kernel);
}

template <class T, int N, class F> void start(Stream stream, const MapPoolArguments &a, const char *kernel)
{
    const std::int64_t size = a.rows.kernel == a.columns.kernel ? a.rows.kernel : 0;
    if (size == 2) return start<T, N, F, 2>(stream, a, kernel);
    if (size == 3) return start<T, N, F, 3>(stream, a, kernel);
    start<T, N, F, 0>(stream, a, kernel);
}

template <class F> void pool(Stream stream, const MapPoolArguments &a, const char *kernel)
{
    const std::size_t element = byte_size(a.batch.storage);
    with_storage(a.batch.storage, [&]<class T>(T) {
        constexpr int width = lanes_of_16_bytes<T>;
        if (a.channels % width == 0 && is_aligned(a.x.data, a.x.stride, element, 16) &&
            is_aligned(a.y.data, a.y.stride, element, 16))
            start<T, width, F>(stream, a, kernel);
        else
            start<T, 1, F>(stream, a, kernel);
    });
}

} // namespace

void max_pool(Stream stream, const MapPoolArguments &arguments) { pool<Largest>(stream, arguments, "max_pool"); }
void avg_pool(Stream stream, const MapPoolArguments &arguments) { pool<Mean>(stream, arguments, "avg_pool"); }

} // namespace tradewind::cuda
