// SPDX-License-Identifier: Apache-2.0
// A block computes one row of one crop. The operations on each value and their order are the plain kernel's.
#include "targets/cuda/kernels/crops.h"

#include "ops/crop_sampling.h"
#include "targets/cuda/kernels/pack.h"

namespace tradewind::cuda {
namespace {

// A CropSample as offsets within a row of pixels; `left` below 0 is outside the map.
struct Column {
    int left, right;
    float fraction;
};

template <class T, class P> struct CropRow {
    CropArguments a;

    TRADEWIND_BLOCK_KERNEL void operator()(const Block &block) const
    {
        const Regions &r = a.regions;
        const int p = static_cast<int>(block.index()) / a.height, i = static_cast<int>(block.index()) % a.height;
        if (p >= counted_rows(r.counts[block.picture() * r.counts_stride], r.rows)) return;
        const float *box = r.boxes + block.picture() * r.boxes_stride + 4 * p;
        auto *columns = reinterpret_cast<Column *>(block.shared());
        block.each(a.width, [&](int j) {
            const CropSample x = crop_sample(box[1], box[3], r.width, a.width, j);
            columns[j] = {x.inside ? static_cast<int>(x.lower) * r.channels : -1,
                          static_cast<int>(x.upper) * r.channels, x.fraction};
        });
        const CropSample y = crop_sample(box[0], box[2], r.height, a.height, i);
        const T *map = static_cast<const T *>(r.map) + block.picture() * r.map_stride;
        const T *top = map + y.lower * r.width * r.channels, *bottom = map + y.upper * r.width * r.channels;
        T *to = static_cast<T *>(a.crops) + block.picture() * a.crops_stride + block.index() * a.width * r.channels;
        const int packs = r.channels / P::lanes;
        block.each(a.width * packs, [&](int k) {
            const Column x = columns[k / packs];
            const int c = k % packs * P::lanes;
            pack_at<P>(to + k * P::lanes) =
                y.inside && x.left >= 0 ? sample(top + c, bottom + c, x, y.fraction) : outside();
        });
    }

private:
    TRADEWIND_PORTABLE static P sample(const T *top, const T *bottom, const Column &x, float y)
    {
        const P top_left = pack_at<P>(top + x.left), top_right = pack_at<P>(top + x.right);
        const P bottom_left = pack_at<P>(bottom + x.left), bottom_right = pack_at<P>(bottom + x.right);
        P result;
        for (int l = 0; l < P::lanes; ++l)
            result.values[l] = from_float<T>(bilinear(to_float(top_left.values[l]), to_float(top_right.values[l]),
                                                      to_float(bottom_left.values[l]), to_float(bottom_right.values[l]),
                                                      x.fraction, y));
        return result;
    }

    TRADEWIND_PORTABLE P outside() const
    {
        P result;
        for (T &value : result.values) value = from_float<T>(a.extrapolation);
        return result;
    }
};

} // namespace

void crop_and_resize(Stream stream, const CropArguments &arguments)
{
    const Regions &r = arguments.regions;
    with_pack(r.storage, r.channels, [&]<class T, class P>(T, P) {
        const std::int64_t work = arguments.width * (r.channels / P::lanes);
        const int threads = work > 128 ? 256 : 64;
        for_blocks(stream, std::int64_t{r.rows} * arguments.height, r.pictures, threads,
                   static_cast<std::size_t>(arguments.width) * sizeof(Column), CropRow<T, P>{arguments},
                   "crop_and_resize");
    });
}

} // namespace tradewind::cuda
