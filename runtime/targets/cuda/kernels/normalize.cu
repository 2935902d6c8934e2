// SPDX-License-Identifier: Apache-2.0
// Pixels of three channels four at a time, which fill whole moves; others element by element.
#include "targets/cuda/kernels/normalize.h"

#include "targets/cuda/kernels/pack.h"

namespace tradewind::cuda {
namespace {

template <class T> struct ThreeChannels {
    float scale[3], mean[3];
    bool reversed;
    MapsIn x;
    MapsOut y;

    TRADEWIND_PORTABLE void operator()(std::uint32_t item, std::int64_t picture) const
    {
        const float *from = x.of<float>(picture) + static_cast<std::int64_t>(item) * 12;
        T *to = y.of<T>(picture) + static_cast<std::int64_t>(item) * 12;
        float in[3][4];
        for (int i = 0; i < 3; ++i) load(from + 4 * i, in[i]);
        for (int i = 0; i < 3; ++i) {
            float out[4];
            for (int k = 0; k < 4; ++k) {
                const int at = 4 * i + k, channel = at % 3, other = at - channel + 2 - channel;
                const float value = reversed ? in[other / 4][other % 4] : in[i][k];
                out[k] = value * scale[channel] - mean[channel];
            }
            store(to + 4 * i, out);
        }
    }
};

template <class T> struct AnyChannels {
    float scale[most_normalized_channels], mean[most_normalized_channels];
    std::uint32_t channels;
    bool reversed;
    MapsIn x;
    MapsOut y;

    TRADEWIND_PORTABLE void operator()(std::uint32_t item, std::int64_t picture) const
    {
        const std::uint32_t channel = item % channels, first = item - channel;
        const float value = x.of<float>(picture)[first + (reversed ? channels - 1 - channel : channel)];
        y.of<T>(picture)[item] = from_float<T>(value * scale[channel] - mean[channel]);
    }
};

template <class K> void set_numbers(K &kernel, const NormalizeArguments &a)
{
    for (std::size_t c = 0; c < static_cast<std::size_t>(a.channels); ++c) {
        kernel.scale[c] = a.scale[c];
        kernel.mean[c] = a.mean[c];
    }
    kernel.reversed = a.reversed;
    kernel.x = a.x;
    kernel.y = a.y;
}

} // namespace

void normalize(Stream stream, const NormalizeArguments &arguments)
{
    const NormalizeArguments &a = arguments;
    with_storage(a.batch.storage, [&]<class T>(T) {
        if (a.channels == 3 && a.pixels % 4 == 0 && is_aligned(a.x.data, a.x.stride, sizeof(float), 16) &&
            is_aligned(a.y.data, a.y.stride, sizeof(T), 4 * sizeof(T))) {
            ThreeChannels<T> kernel = {};
            set_numbers(kernel, a);
            return for_items(stream, a.pixels / 4, a.batch.pictures, kernel, "normalize", 128);
        }
        AnyChannels<T> kernel = {};
        set_numbers(kernel, a);
        kernel.channels = static_cast<std::uint32_t>(a.channels);
        for_items(stream, a.pixels * a.channels, a.batch.pictures, kernel, "normalize");
    });
}

} // namespace tradewind::cuda
