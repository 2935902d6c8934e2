// SPDX-License-Identifier: Apache-2.0
// Means over maps: threads share the pixels of a pack of channels, their sums are put together in shared memory.
#include "targets/cuda/kernels/spatial_mean.h"

#include "targets/cuda/kernels/pack.h"

namespace tradewind::cuda {
namespace {

constexpr int threads_of_block = 256;
constexpr int slices = 8; // threads that share the pixels of a map

template <class T, int N> struct SpatialMean {
    int pixels, channels, blocks; // blocks of channels
    MapsIn x;
    MapsOut y;
    LiveRows live;

    TRADEWIND_BLOCK_KERNEL void operator()(const Block &block) const
    {
        const std::int64_t map = block.index() / blocks;
        if (!live.wants(map, block.picture())) return;
        const int packs = block.threads() / slices, first = static_cast<int>(block.index() % blocks) * packs * N;
        const T *from = x.of<T>(block.picture()) + map * pixels * channels;
        float *sums = reinterpret_cast<float *>(block.shared()); // slices x packs x N
        block.each(block.threads(), [&](int thread) {
            const int channel = first + thread % packs * N;
            float all[N] = {};
            for (int pixel = thread / packs; pixel < pixels && channel < channels; pixel += slices) {
                float next[N];
                load(from + static_cast<std::int64_t>(pixel) * channels + channel, next);
                for (int i = 0; i < N; ++i) all[i] += next[i];
            }
            for (int i = 0; i < N; ++i) sums[thread * N + i] = all[i];
        });
        T *to = y.of<T>(block.picture()) + map * channels;
        block.each(packs * N, [&](int i) {
            float sum = 0;
            for (int slice = 0; slice < slices; ++slice) sum += sums[slice * packs * N + i];
            if (first + i < channels) to[first + i] = from_float<T>(sum / static_cast<float>(pixels));
        });
    }
};

template <class T, int N> void start(Stream stream, const MeanArguments &a)
{
    constexpr std::int64_t step = threads_of_block / slices * N;
    const std::int64_t blocks = (a.channels + step - 1) / step;
    const SpatialMean<T, N> mean{
        static_cast<int>(a.pixels), static_cast<int>(a.channels), static_cast<int>(blocks), a.x, a.y, a.batch.live};
    for_blocks(stream, a.maps * blocks, a.batch.pictures, threads_of_block, threads_of_block * N * sizeof(float), mean,
               "spatial_mean");
}

template <class T> bool whole_packs(const MeanArguments &a)
{
    return a.channels % lanes_of_16_bytes<T> == 0 && is_aligned(a.x.data, a.x.stride, sizeof(T), 16) &&
           is_aligned(a.y.data, a.y.stride, sizeof(T), 16);
}

} // namespace

void spatial_mean(Stream stream, const MeanArguments &arguments)
{
    with_storage(arguments.batch.storage, [&]<class T>(T) {
        if (whole_packs<T>(arguments))
            start<T, lanes_of_16_bytes<T>>(stream, arguments);
        else
            start<T, 1>(stream, arguments);
    });
}

} // namespace tradewind::cuda
