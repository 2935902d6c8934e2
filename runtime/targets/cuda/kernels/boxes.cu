// SPDX-License-Identifier: Apache-2.0
// A thread computes one box.
#include "targets/cuda/kernels/boxes.h"

namespace tradewind::cuda {
namespace {

template <class T> TRADEWIND_PORTABLE BoxCorners box_at(const T *from)
{
    return {to_float(from[0]), to_float(from[1]), to_float(from[2]), to_float(from[3])};
}

template <class T> struct ClipBox {
    BoxArguments a;

    TRADEWIND_PORTABLE void operator()(std::uint32_t i, std::int64_t picture) const
    {
        store(clip(box_at(a.boxes.of<T>(picture) + 4 * i), a.numbers), a.results.of<float>(picture) + 4 * i);
    }
};

template <class T> struct ScaleBox {
    BoxArguments a;

    TRADEWIND_PORTABLE void operator()(std::uint32_t i, std::int64_t picture) const
    {
        store(scaled(box_at(a.boxes.of<T>(picture) + 4 * i), a.numbers), a.results.of<float>(picture) + 4 * i);
    }
};

template <class T> struct DecodeBox {
    DecodeArguments a;

    TRADEWIND_PORTABLE void operator()(std::uint32_t i, std::int64_t picture) const
    {
        const auto size = static_cast<std::uint32_t>(a.coder.code_size());
        const std::uint32_t anchor = 4 * (i / static_cast<std::uint32_t>(a.codes_of_anchor));
        const T *from = a.codes.of<T>(picture) + size * i;
        float code[4] = {};
        for (std::uint32_t k = 0; k < size; ++k) code[k] = to_float(from[k]);
        const float *deviations = a.deviations.data ? a.deviations.of<float>(picture) + anchor : nullptr;
        store(a.coder.decode(code, a.anchors.of<float>(picture) + anchor, deviations),
              a.boxes.of<float>(picture) + 4 * i);
    }
};

} // namespace

void clip_boxes(Stream stream, const BoxArguments &arguments)
{
    with_storage(arguments.storage, [&](auto element) {
        for_items(stream, arguments.count, arguments.pictures, ClipBox<decltype(element)>{arguments}, "clip_boxes");
    });
}

void scale_boxes(Stream stream, const BoxArguments &arguments)
{
    with_storage(arguments.storage, [&](auto element) {
        for_items(stream, arguments.count, arguments.pictures, ScaleBox<decltype(element)>{arguments}, "scale_boxes");
    });
}

void decode_boxes(Stream stream, const DecodeArguments &arguments)
{
    with_storage(arguments.storage, [&](auto element) {
        for_items(stream, arguments.count, arguments.pictures, DecodeBox<decltype(element)>{arguments}, "decode_boxes");
    });
}

} // namespace tradewind::cuda
