// SPDX-License-Identifier: Apache-2.0
// A block finds the pixels of its bins, then its threads share the channels out.
#include "targets/cuda/kernels/position_sensitive.h"

#include "ops/bin_sampling.h"
#include "targets/cuda/kernels/pack.h"

namespace tradewind::cuda {
namespace {

constexpr int together = 4; // pixels, so that as many are on their way at once

// The pixels of one axis of a bin, in shared memory. `pixels` are followed by some of weight 0, up to a multiple of
// `together`.
struct BinAxis {
    const PixelWeight *pixels;
    BinPixels found;
};

// The two axes of some bins in shared memory: all bins of a box, or one.
class BinAxes {
public:
    TRADEWIND_PORTABLE BinAxes(std::byte *memory, const ops::RegionSize &bins, const ops::RegionSize &samples)
        : bins_(bins), samples_(samples), found_(reinterpret_cast<BinPixels *>(memory)),
          pixels_(reinterpret_cast<PixelWeight *>(found_ + bins.height + bins.width))
    {
    }

    TRADEWIND_PORTABLE std::size_t bytes() const
    {
        return static_cast<std::size_t>(bins_.height + bins_.width) * sizeof(BinPixels) +
               static_cast<std::size_t>(bins_.height * room(samples_.height) + bins_.width * room(samples_.width)) *
                   sizeof(PixelWeight);
    }

    TRADEWIND_PORTABLE BinAxis row(std::int64_t i) const { return {row_pixels(i), found_[i]}; }
    TRADEWIND_PORTABLE BinAxis column(std::int64_t j) const { return {column_pixels(j), found_[bins_.height + j]}; }

    // Row `i` of those that are kept, which is `bin` of `bins`.
    TRADEWIND_PORTABLE void set_row(std::int64_t i, const float *box, const Regions &r, std::int64_t bins,
                                    std::int64_t bin) const
    {
        found_[i] = bin_pixels(box[0], box[2], bins, bin, r.height, samples_.height, row_pixels(i));
        fill(row_pixels(i), found_[i]);
    }
    TRADEWIND_PORTABLE void set_column(std::int64_t j, const float *box, const Regions &r, std::int64_t bins,
                                       std::int64_t bin) const
    {
        BinPixels &found = found_[bins_.height + j];
        found = bin_pixels(box[1], box[3], bins, bin, r.width, samples_.width, column_pixels(j));
        fill(column_pixels(j), found);
    }

private:
    TRADEWIND_PORTABLE static std::int64_t room(std::int64_t samples)
    {
        return (2 * samples + together - 1) / together * together;
    }
    TRADEWIND_PORTABLE PixelWeight *row_pixels(std::int64_t i) const { return pixels_ + i * room(samples_.height); }
    TRADEWIND_PORTABLE PixelWeight *column_pixels(std::int64_t j) const
    {
        return pixels_ + bins_.height * room(samples_.height) + j * room(samples_.width);
    }
    TRADEWIND_PORTABLE static void fill(PixelWeight *pixels, const BinPixels &found)
    {
        for (int i = found.count; i % together; ++i) pixels[i] = {pixels[0].pixel, 0};
    }

    ops::RegionSize bins_, samples_;
    BinPixels *found_;
    PixelWeight *pixels_;
};

// sums[l] += factor * the weighted pixels of a bin; `map` points to the first of P::lanes channels in pixel (0, 0).
template <class P, class T>
TRADEWIND_PORTABLE void add_bin(const T *map, const Regions &r, const BinAxis &y, const BinAxis &x, float factor,
                                float *sums)
{
    for (int i = 0; i < y.found.count; ++i) {
        const T *row = map + static_cast<std::int64_t>(y.pixels[i].pixel) * r.width * r.channels;
        const float of_row = factor * y.pixels[i].weight;
        for (int j = 0; j < x.found.count; j += together) {
            P pixels[together];
            for (int n = 0; n < together; ++n) pixels[n] = pack_at<P>(row + x.pixels[j + n].pixel * r.channels);
            for (int l = 0; l < P::lanes; ++l) {
                float products[together];
                for (int n = 0; n < together; ++n)
                    products[n] = of_row * x.pixels[j + n].weight * to_float(pixels[n].values[l]);
                sums[l] += (products[0] + products[1]) + (products[2] + products[3]);
            }
        }
    }
}

template <class P, class T> TRADEWIND_PORTABLE void store(const float *sums, T *to)
{
    P result;
    for (int l = 0; l < P::lanes; ++l) result.values[l] = from_float<T>(sums[l]);
    pack_at<P>(to) = result;
}

TRADEWIND_PORTABLE inline float part_of_a_sample(const ops::BinnedCrop &crop)
{
    return 1.0f / static_cast<float>(crop.samples.area() * crop.bins.area());
}

TRADEWIND_PORTABLE inline bool is_live(const Regions &r, std::int64_t picture, std::int64_t p)
{
    return p < counted_rows(r.counts[picture * r.counts_stride], r.rows);
}

template <class T> TRADEWIND_PORTABLE const T *map_of(const Regions &r, std::int64_t picture)
{
    return static_cast<const T *>(r.map) + picture * r.map_stride;
}

// A block for each bin of each box.
template <class T, class P> struct PoolBin {
    PoolArguments a;

    TRADEWIND_BLOCK_KERNEL void operator()(const Block &block) const
    {
        const Regions &r = a.regions;
        const int bins = static_cast<int>(a.crop.bins.area());
        const int p = static_cast<int>(block.index()) / bins, bin = static_cast<int>(block.index()) % bins;
        if (!is_live(r, block.picture(), p)) return;
        const float *box = r.boxes + block.picture() * r.boxes_stride + 4 * p;
        const BinAxes axes(block.shared(), {1, 1}, a.crop.samples);
        const auto across = static_cast<int>(a.crop.bins.width);
        block.each(2, [&](int axis) {
            if (axis == 0)
                axes.set_row(0, box, r, a.crop.bins.height, bin / across);
            else
                axes.set_column(0, box, r, across, bin % across);
        });
        const std::int64_t all = pooled_channels_of(bins);
        T *to = static_cast<T *>(a.to) + block.picture() * a.to_stride + p * all;
        const T *map = map_of<T>(r, block.picture());
        const BinAxis y = axes.row(0), x = axes.column(0);
        const float factor = part_of_a_sample(a.crop);
        block.each(r.channels / P::lanes, [&](int k) {
            float sums[P::lanes] = {};
            add_bin<P>(map + k * P::lanes, r, y, x, factor, sums);
            store<P>(sums, to + bin * r.channels + k * P::lanes);
        });
        block.once([&] {
            to[bins * r.channels + bin] = from_float<T>(factor * static_cast<float>(y.found.inside * x.found.inside));
            if (bin > 0) return;
            for (std::int64_t c = std::int64_t{bins} * (r.channels + 1); c < all; ++c) to[c] = from_float<T>(0);
        });
    }

private:
    TRADEWIND_PORTABLE std::int64_t pooled_channels_of(int bins) const
    {
        return pooled_channels(a.regions.channels, bins);
    }
};

// A block for some channels of each box.
template <class T, class P> struct PoolOwnBins {
    PoolArguments a;
    int chunk, chunks; // in packs; of a box

    TRADEWIND_BLOCK_KERNEL void operator()(const Block &block) const
    {
        const Regions &r = a.regions;
        const int p = static_cast<int>(block.index()) / chunks,
                  first = static_cast<int>(block.index()) % chunks * chunk;
        if (!is_live(r, block.picture(), p)) return;
        const float *box = r.boxes + block.picture() * r.boxes_stride + 4 * p;
        const auto rows = static_cast<int>(a.crop.bins.height), columns = static_cast<int>(a.crop.bins.width);
        const BinAxes axes(block.shared(), a.crop.bins, a.crop.samples);
        block.each(rows + columns, [&](int k) {
            if (k < rows)
                axes.set_row(k, box, r, rows, k);
            else
                axes.set_column(k - rows, box, r, columns, k - rows);
        });
        const int channels = r.channels / (rows * columns), packs = channels / P::lanes;
        const T *map = map_of<T>(r, block.picture());
        T *to = static_cast<T *>(a.to) + block.picture() * a.to_stride + std::int64_t{p} * channels;
        const float factor = part_of_a_sample(a.crop);
        block.each(packs - first < chunk ? packs - first : chunk, [&](int k) {
            const int c = (first + k) * P::lanes;
            float sums[P::lanes] = {};
            for (int bin = 0; bin < rows * columns; ++bin)
                add_bin<P>(map + bin * channels + c, r, axes.row(bin / columns), axes.column(bin % columns), factor,
                           sums);
            store<P>(sums, to + c);
        });
    }
};

// As many threads as there is work, in whole warps.
int threads_for(std::int64_t work) { return work > 128 ? 256 : static_cast<int>((work + 31) / 32 * 32); }

} // namespace

void pool_bins(Stream stream, const PoolArguments &arguments)
{
    const Regions &r = arguments.regions;
    with_pack(r.storage, r.channels, [&]<class T, class P>(T, P) {
        for_blocks(stream, r.rows * arguments.crop.bins.area(), r.pictures, threads_for(r.channels / P::lanes),
                   BinAxes(nullptr, {1, 1}, arguments.crop.samples).bytes(), PoolBin<T, P>{arguments}, "pool_bins");
    });
}

void pool_own_bins(Stream stream, const PoolArguments &arguments)
{
    const Regions &r = arguments.regions;
    const std::int64_t channels = r.channels / arguments.crop.bins.area();
    with_pack(r.storage, channels, [&]<class T, class P>(T, P) {
        const int packs = static_cast<int>(channels / P::lanes), chunk = std::min(packs, 128);
        const int chunks = (packs + chunk - 1) / chunk;
        for_blocks(stream, std::int64_t{r.rows} * chunks, r.pictures, threads_for(chunk),
                   BinAxes(nullptr, arguments.crop.bins, arguments.crop.samples).bytes(),
                   PoolOwnBins<T, P>{arguments, chunk, chunks}, "pool_own_bins");
    });
}

} // namespace tradewind::cuda
