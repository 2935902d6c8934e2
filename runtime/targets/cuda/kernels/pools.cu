// SPDX-License-Identifier: Apache-2.0
// Pools: each thread computes neighbouring channels of one output pixel.
#include "targets/cuda/kernels/pools.h"

#include "targets/cuda/kernels/pack.h"

#include <algorithm>

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
};

template <class T, int N, class F> struct Pool {
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
        float values[N];
        const std::int64_t size = static_cast<std::int64_t>(rows.input) * columns.input * channels;
        combine(x.of<T>(picture) + map * size + channel,
                static_cast<int>(line - map * static_cast<std::uint32_t>(rows.output)),
                static_cast<int>(pixel - line * static_cast<std::uint32_t>(columns.output)), values);
        store(y.of<T>(picture) + static_cast<std::int64_t>(pixel) * channels + channel, values);
    }

    TRADEWIND_PORTABLE void combine(const T *from, int row, int column, float (&values)[N]) const
    {
        const int top = rows.first(row), bottom = rows.last(row);
        const int left = columns.first(column), right = columns.last(column);
        for (int i = 0; i < N; ++i) values[i] = F::start;
        for (int iy = top; iy < bottom; ++iy)
            for (int ix = left; ix < right; ++ix) {
                float next[N];
                load(from + (static_cast<std::int64_t>(iy) * columns.input + ix) * channels, next);
                for (int i = 0; i < N; ++i) values[i] = F::combined(values[i], next[i]);
            }
        for (int i = 0; i < N; ++i) values[i] = F::finished(values[i], std::max((bottom - top) * (right - left), 1));
    }
};

Axis axis_of(const ConvolutionAxis &axis)
{
    return {static_cast<int>(axis.input), static_cast<int>(axis.output), static_cast<int>(axis.kernel),
            static_cast<int>(axis.stride), static_cast<int>(axis.before)};
}

template <class T, int N, class F> void start(Stream stream, const MapPoolArguments &a, const char *kernel)
{
    const Pool<T, N, F> pool{axis_of(a.rows),
                             axis_of(a.columns),
                             static_cast<int>(a.maps),
                             static_cast<int>(a.channels),
                             static_cast<int>(a.channels / N),
                             a.x,
                             a.y,
                             a.batch.live};
    for_items(stream, pool.items(), a.batch.pictures, pool, kernel);
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
