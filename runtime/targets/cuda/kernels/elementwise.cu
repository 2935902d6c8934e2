// SPDX-License-Identifier: Apache-2.0
// Element by element, 16 bytes at a time.
#include "targets/cuda/kernels/elementwise.h"

#include "ops/box_arithmetic.h"
#include "targets/cuda/kernels/pack.h"

#include <initializer_list>
#include <utility>

namespace tradewind::cuda {
namespace {

// N elements from `first` of a picture for each item. F::apply(values, first, picture) makes results of x's values.
template <class T, int N, class F> struct Elementwise {
    F f;
    MapsIn x;
    MapsOut y;
    LiveRows live;
    std::int64_t count, row;

    TRADEWIND_PORTABLE void operator()(std::uint32_t item, std::int64_t picture) const
    {
        const std::int64_t first = static_cast<std::int64_t>(item) * N;
        if (live.counts && first >= static_cast<std::int64_t>(live.counts[picture * live.stride]) * row) return;
        if (first + N <= count) return compute<N>(first, picture);
        for (std::int64_t i = first; i < count; ++i) compute<1>(i, picture);
    }

    template <int M> TRADEWIND_PORTABLE void compute(std::int64_t first, std::int64_t picture) const
    {
        float values[M];
        load(x.of<T>(picture) + first, values);
        f.apply(values, first, picture);
        store(y.of<T>(picture) + first, values);
    }
};

struct Activate {
    Activation activation;

    template <int N> TRADEWIND_PORTABLE void apply(float (&values)[N], std::int64_t, std::int64_t) const
    {
        for (int i = 0; i < N; ++i) values[i] = activated(values[i], activation);
    }
};

struct Sigmoid {
    template <int N> TRADEWIND_PORTABLE void apply(float (&values)[N], std::int64_t, std::int64_t) const
    {
        for (int i = 0; i < N; ++i) values[i] = tradewind::sigmoid(values[i]);
    }
};

template <class T> struct Add {
    MapsIn b;
    float scale;
    Activation activation;

    template <int N> TRADEWIND_PORTABLE void apply(float (&values)[N], std::int64_t first, std::int64_t picture) const
    {
        float other[N];
        load(b.of<T>(picture) + first, other);
        for (int i = 0; i < N; ++i) values[i] = activated(values[i] + scale * other[i], activation);
    }
};

struct MultiplyAdd {
    const float *factors, *offsets;
    std::uint32_t channels;

    template <int N> TRADEWIND_PORTABLE void apply(float (&values)[N], std::int64_t first, std::int64_t) const
    {
        const std::uint32_t channel = static_cast<std::uint32_t>(first) % channels;
        float factor[N], offset[N];
        load(factors + channel, factor);
        load(offsets + channel, offset);
        for (int i = 0; i < N; ++i) values[i] = values[i] * factor[i] + offset[i];
    }
};

bool may_be_packed(const MapBatch &batch, std::initializer_list<std::pair<const void *, std::int64_t>> maps)
{
    for (const auto &[data, stride] : maps)
        if (!is_aligned(data, stride, byte_size(batch.storage), 16)) return false;
    return true;
}

template <class T, class F>
void launch(Stream stream, const MapBatch &batch, const ElementwiseShape &shape, bool packs, const F &f, MapsIn x,
            MapsOut y, const char *kernel)
{
    const auto start = [&](const auto &computed, int width) {
        for_items(stream, (shape.count() + width - 1) / width, batch.pictures, computed, kernel);
    };
    if (packs)
        start(Elementwise<T, lanes_of_16_bytes<T>, F>{f, x, y, batch.live, shape.count(), shape.row},
              lanes_of_16_bytes<T>);
    else
        start(Elementwise<T, 1, F>{f, x, y, batch.live, shape.count(), shape.row}, 1);
}

} // namespace

void activate(Stream stream, const MapBatch &batch, const ElementwiseShape &shape, MapsIn x, MapsOut y,
              Activation activation)
{
    const bool packs = may_be_packed(batch, {{x.data, x.stride}, {y.data, y.stride}});
    with_storage(batch.storage,
                 [&]<class T>(T) { launch<T>(stream, batch, shape, packs, Activate{activation}, x, y, "activate"); });
}

void sigmoid(Stream stream, const MapBatch &batch, const ElementwiseShape &shape, MapsIn x, MapsOut y)
{
    const bool packs = may_be_packed(batch, {{x.data, x.stride}, {y.data, y.stride}});
    with_storage(batch.storage,
                 [&]<class T>(T) { launch<T>(stream, batch, shape, packs, Sigmoid{}, x, y, "sigmoid"); });
}

void add(Stream stream, const MapBatch &batch, const ElementwiseShape &shape, MapsIn a, MapsIn b, MapsOut y,
         float scale, Activation activation)
{
    const bool packs = may_be_packed(batch, {{a.data, a.stride}, {b.data, b.stride}, {y.data, y.stride}});
    with_storage(batch.storage, [&]<class T>(T) {
        launch<T>(stream, batch, shape, packs, Add<T>{b, scale, activation}, a, y, "add");
    });
}

void multiply_add(Stream stream, const MapBatch &batch, const ElementwiseShape &shape, MapsIn x, MapsOut y,
                  const float *factors, const float *offsets)
{
    const bool packs = may_be_packed(batch, {{x.data, x.stride}, {y.data, y.stride}}) &&
                       shape.channels % (16 / static_cast<std::int64_t>(byte_size(batch.storage))) == 0;
    const MultiplyAdd f{factors, offsets, static_cast<std::uint32_t>(shape.channels)};
    with_storage(batch.storage, [&]<class T>(T) { launch<T>(stream, batch, shape, packs, f, x, y, "multiply_add"); });
}

} // namespace tradewind::cuda
