// SPDX-License-Identifier: Apache-2.0
// Bilinear resizing, step by step as TensorFlow's kernels round it.
#include "image/resize.h"

#include "image/resize_sampling.h"

#include <algorithm>
#include <cmath>

namespace tradewind {
namespace {

std::vector<ResizeSample> samples(ResizeMethod method, std::int64_t in, std::int64_t out)
{
    std::vector<ResizeSample> result;
    for (std::int64_t i = 0; i < out; ++i) result.push_back(resize_sample(method, in, out, i));
    return result;
}

template <class T>
void resize_any(const T *source, ImageSize from, std::int64_t channels, ResizeMethod method, ImageSize to, float *out)
{
    const auto rows = samples(method, from.height, to.height), columns = samples(method, from.width, to.width);
    const auto pixel = [&](std::int64_t y, std::int64_t x, std::int64_t c) {
        return static_cast<float>(source[(y * from.width + x) * channels + c]);
    };
    for (const ResizeSample &y : rows)
        for (const ResizeSample &x : columns)
            for (std::int64_t c = 0; c < channels; ++c)
                *out++ = resized_pixel(method, y, x, pixel(y.lower, x.lower, c), pixel(y.lower, x.upper, c),
                                       pixel(y.upper, x.lower, c), pixel(y.upper, x.upper, c));
}

} // namespace

ImageSize keep_aspect_size(ImageSize picture, std::int64_t min_side, std::int64_t max_side)
{
    const auto scaled = [](std::int64_t side, float factor) {
        return static_cast<std::int64_t>(std::nearbyint(static_cast<float>(side) * factor));
    };
    const auto sized = [&](float factor) {
        return ImageSize{std::max<std::int64_t>(scaled(picture.height, factor), 1),
                         std::max<std::int64_t>(scaled(picture.width, factor), 1)};
    };
    const float shorter = static_cast<float>(std::min(picture.height, picture.width)),
                longer = static_cast<float>(std::max(picture.height, picture.width));
    const ImageSize size = sized(static_cast<float>(min_side) / shorter);
    return std::max(size.height, size.width) > max_side ? sized(static_cast<float>(max_side) / longer) : size;
}

void resize(const Picture &picture, ResizeMethod method, ImageSize size, float *destination)
{
    resize_any(picture.rgb.data(), {picture.height, picture.width}, 3, method, size, destination);
}

void resize(const float *source, ImageSize source_size, std::int64_t channels, ResizeMethod method, ImageSize size,
            float *destination)
{
    resize_any(source, source_size, channels, method, size, destination);
}

} // namespace tradewind
