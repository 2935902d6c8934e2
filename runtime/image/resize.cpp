// SPDX-License-Identifier: Apache-2.0
// Bilinear resizing, step by step as TensorFlow's kernels round it.
#include "image/resize.h"

#include <algorithm>
#include <cmath>

namespace tradewind {
namespace {

// Where one output row or column takes its two sources from, and how they mix.
struct Sample {
    std::int64_t lower, upper;
    float weight; // of the upper one
};

float position(ResizeMethod method, std::int64_t index, float scale)
{
    const float at = static_cast<float>(index);
    return method == ResizeMethod::bilinear_half_pixel ? (at + 0.5f) * scale - 0.5f : at * scale;
}

std::vector<Sample> samples(ResizeMethod method, std::int64_t in, std::int64_t out)
{
    const bool corners = method == ResizeMethod::bilinear_align_corners && out > 1;
    const float scale = corners ? static_cast<float>(in - 1) / static_cast<float>(out - 1)
                                : static_cast<float>(in) / static_cast<float>(out);
    std::vector<Sample> result;
    for (std::int64_t i = 0; i < out; ++i) {
        const float at = position(method, i, scale), below = std::floor(at);
        const auto lower = std::max<std::int64_t>(static_cast<std::int64_t>(below), 0);
        const auto upper = std::min(static_cast<std::int64_t>(std::ceil(at)), in - 1);
        result.push_back({std::min(lower, in - 1), std::max<std::int64_t>(upper, 0), at - below});
    }
    return result;
}

float mixed(float a, float b, float weight) { return a + (b - a) * weight; }

template <class T>
void resize_any(const T *source, ImageSize from, std::int64_t channels, ResizeMethod method, ImageSize to, float *out)
{
    const auto rows = samples(method, from.height, to.height), columns = samples(method, from.width, to.width);
    const auto pixel = [&](std::int64_t y, std::int64_t x, std::int64_t c) {
        return static_cast<float>(source[(y * from.width + x) * channels + c]);
    };
    for (const Sample &y : rows)
        for (const Sample &x : columns)
            for (std::int64_t c = 0; c < channels; ++c) {
                const float top = mixed(pixel(y.lower, x.lower, c), pixel(y.lower, x.upper, c), x.weight);
                const float bottom = mixed(pixel(y.upper, x.lower, c), pixel(y.upper, x.upper, c), x.weight);
                const float value = mixed(top, bottom, y.weight);
                *out++ = method == ResizeMethod::bilinear_rounded ? std::floor(value + 0.5f) : value;
            }
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
