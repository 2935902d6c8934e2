// SPDX-License-Identifier: Apache-2.0
// Resize, conversion, gathering.
#include "targets/cuda/kernels/transfer.h"

#include "image/resize_sampling.h"

#include <algorithm>

namespace tradewind::cuda {
namespace {

// One pixel of the network's input.
struct ResizePixel {
    ResizeArguments a;

    TRADEWIND_PORTABLE void operator()(std::int64_t index) const
    {
        const std::int32_t pixels = a.height * a.width;
        const auto slot = static_cast<std::int32_t>(index / pixels), at = static_cast<std::int32_t>(index % pixels);
        const StagedPicture picture = a.pictures[slot];
        if (picture.height <= 0) return;
        const ResizeSample y = resize_sample(picture.method, picture.height, a.height, at / a.width);
        const ResizeSample x = resize_sample(picture.method, picture.width, a.width, at % a.width);
        const std::uint8_t *upper = a.pixels + picture.offset + y.lower * picture.width * 3;
        const std::uint8_t *lower = a.pixels + picture.offset + y.upper * picture.width * 3;
        float *to = a.to + index * 3;
        for (int c = 0; c < 3; ++c)
            to[c] = resized_pixel(picture.method, y, x, upper[x.lower * 3 + c], upper[x.upper * 3 + c],
                                  lower[x.lower * 3 + c], lower[x.upper * 3 + c]);
    }
};

template <class From, class To> struct ConvertElement {
    ConversionArguments a;

    TRADEWIND_PORTABLE void operator()(std::int64_t index) const
    {
        const std::int64_t picture = index / a.count, at = index % a.count;
        const From value = static_cast<const From *>(a.from)[picture * a.from_stride + at];
        static_cast<To *>(a.to)[index] = from_float<To>(to_float(value));
    }
};

TRADEWIND_PORTABLE float load(const void *from, Storage storage, std::int64_t index)
{
    if (storage == Storage::f16) return to_float(static_cast<const Half *>(from)[index]);
    if (storage == Storage::bf16) return to_float(static_cast<const BFloat16 *>(from)[index]);
    return static_cast<const float *>(from)[index];
}

TRADEWIND_PORTABLE std::int64_t live_rows_of(const GatheredOutput &output, std::int64_t picture)
{
    if (!output.live) return output.rows;
    const float live = output.live[picture * output.live_stride];
    return live > 0 ? std::min(static_cast<std::int64_t>(live), output.rows) : 0;
}

// So many elements for each block, that large outputs have many.
constexpr std::int64_t piece = 8192;

struct GatherPiece {
    GatherArguments a;
    std::int64_t pieces; // of the largest output

    TRADEWIND_BLOCK_KERNEL void operator()(const Block &block) const
    {
        const GatheredOutput &output = a.outputs[block.index() / pieces];
        const std::int64_t picture = block.picture(), elements = output.rows * output.row;
        const std::int64_t live = live_rows_of(output, picture) * output.row;
        const std::int64_t first = block.index() % pieces * piece;
        float *to = a.to + output.to + picture * elements;
        block.each(static_cast<int>(std::clamp(elements - first, std::int64_t{0}, std::int64_t{piece})), [&](int i) {
            const std::int64_t at = first + i;
            to[at] = at < live ? load(output.from, output.storage, picture * output.stride + at) : 0.0f;
        });
    }
};

} // namespace

void resize_pictures(Stream stream, const ResizeArguments &arguments)
{
    const std::int64_t pixels = std::int64_t{arguments.slots} * arguments.height * arguments.width;
    for_each(stream, pixels, ResizePixel{arguments}, "resize");
}

void convert(Stream stream, const ConversionArguments &arguments)
{
    with_storage(arguments.from_storage, [&](auto from) {
        with_storage(arguments.to_storage, [&](auto to) {
            for_each(stream, arguments.count * arguments.pictures,
                     ConvertElement<decltype(from), decltype(to)>{arguments}, "convert");
        });
    });
}

void gather(Stream stream, const GatherArguments &arguments)
{
    std::int64_t largest = 1;
    for (int i = 0; i < arguments.count; ++i)
        largest = std::max(largest, arguments.outputs[i].rows * arguments.outputs[i].row);
    const std::int64_t pieces = (largest + piece - 1) / piece;
    for_blocks(stream, arguments.count * pieces, arguments.pictures, 256, 0, GatherPiece{arguments, pieces}, "gather");
}

} // namespace tradewind::cuda
