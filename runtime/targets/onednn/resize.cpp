// SPDX-License-Identifier: Apache-2.0
// Bilinear resize of 8-bit pictures: each source row that is needed is interpolated along x once, four lanes at a time,
// and pairs of such rows along y. The operations on each value and their order are those of image/resize.cpp.
#include "targets/onednn/onednn_target.h"

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace tradewind::onednn {
namespace {

typedef float Lanes __attribute__((vector_size(16)));
typedef std::int32_t Integers __attribute__((vector_size(16)));
typedef std::uint16_t Words __attribute__((vector_size(16)));
typedef std::uint8_t Bytes __attribute__((vector_size(16)));

// Where the outputs along one axis come from.
struct Tap {
    std::int32_t lower, upper;
    float fraction;
};

std::vector<Tap> taps(std::int64_t input, std::int64_t output, ResizeMethod method, std::int32_t step)
{
    const bool corners = method == ResizeMethod::bilinear_align_corners && output > 1;
    const float scale = corners ? static_cast<float>(input - 1) / static_cast<float>(output - 1)
                                : static_cast<float>(input) / static_cast<float>(output);
    std::vector<Tap> all(static_cast<std::size_t>(output));
    for (std::size_t i = 0; i < all.size(); ++i) {
        const float at = method == ResizeMethod::bilinear_half_pixel ? (static_cast<float>(i) + 0.5f) * scale - 0.5f
                                                                     : static_cast<float>(i) * scale;
        const float below = std::floor(at);
        const auto last = static_cast<std::int32_t>(input - 1);
        const std::int32_t lower = std::clamp(static_cast<std::int32_t>(below), 0, last);
        const std::int32_t upper = std::clamp(static_cast<std::int32_t>(std::ceil(at)), 0, last);
        all[i] = {lower * step, upper * step, at - below};
    }
    return all;
}

// The bytes of a pixel, and one of what follows it, as floats. The two shuffles, which have instructions of their own,
// widen bytes to little-endian integers.
template <std::size_t size> Lanes load(const std::uint8_t *from)
{
    std::int32_t pixel = 0;
    __builtin_memcpy(&pixel, from, size);
    const Integers zeros = {}, bytes = {pixel, 0, 0, 0};
    const Bytes words = __builtin_shufflevector(reinterpret_cast<Bytes>(bytes), reinterpret_cast<Bytes>(zeros), 0, 16,
                                                1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const Words wide = __builtin_shufflevector(reinterpret_cast<Words>(words), reinterpret_cast<Words>(zeros), 0, 8, 1,
                                               9, 2, 10, 3, 11);
    return __builtin_convertvector(reinterpret_cast<Integers>(wide), Lanes);
}

// Writes one float beyond its pixel: the next pixel's first, or padding.
template <std::size_t size> void interpolate(const std::uint8_t *row, const Tap &tap, float *to)
{
    const Lanes left = load<size>(row + tap.lower), right = load<size>(row + tap.upper);
    const Lanes value = left + (right - left) * tap.fraction;
    __builtin_memcpy(to, &value, sizeof value);
}

class Resizer {
public:
    Resizer(const Picture &picture, ResizeMethod method, const TensorView &to)
        : picture_(picture), to_(to), rounded_(method == ResizeMethod::bilinear_rounded),
          columns_(taps(picture.width, to.shape[2], method, 3)), rows_(taps(picture.height, to.shape[1], method, 1))
    {
        // Pixels at the end of a row are loaded without looking past it.
        const auto inside = [&](const Tap &tap) { return tap.upper + 4 <= picture.width * 3; };
        wide_ =
            static_cast<std::size_t>(std::partition_point(columns_.begin(), columns_.end(), inside) - columns_.begin());
    }

    // Output rows [first, last), with a memory of the two latest source rows.
    void run(std::size_t first, std::size_t last) const
    {
        const std::size_t length = columns_.size() * 3;
        std::vector<float> top(length + 1), bottom(length + 1);
        std::int32_t top_row = -1, bottom_row = -1;
        for (std::size_t y = first; y < last; ++y) {
            const Tap &tap = rows_[y];
            if (tap.lower == bottom_row) {
                std::swap(top, bottom);
                std::swap(top_row, bottom_row);
            }
            if (tap.lower != top_row) along_x(top_row = tap.lower, top.data());
            if (tap.upper != bottom_row) along_x(bottom_row = tap.upper, bottom.data());
            along_y(top.data(), bottom.data(), tap.fraction, to_.floats() + y * length, length);
        }
    }

    std::size_t height() const { return rows_.size(); }

private:
    void along_x(std::int32_t row, float *to) const
    {
        const std::uint8_t *from = picture_.row(row);
        for (std::size_t i = 0; i < wide_; ++i) interpolate<4>(from, columns_[i], to + 3 * i);
        for (std::size_t i = wide_; i < columns_.size(); ++i) interpolate<3>(from, columns_[i], to + 3 * i);
    }

    void along_y(const float *top, const float *bottom, float fraction, float *to, std::size_t length) const
    {
        if (rounded_)
            for (std::size_t i = 0; i < length; ++i) // truncation is floor: no value is negative
                to[i] = static_cast<float>(static_cast<std::int32_t>(top[i] + (bottom[i] - top[i]) * fraction + 0.5f));
        else
            for (std::size_t i = 0; i < length; ++i) to[i] = top[i] + (bottom[i] - top[i]) * fraction;
    }

    const Picture &picture_;
    const TensorView &to_;
    bool rounded_;
    std::vector<Tap> columns_, rows_;
    std::size_t wide_;
};

} // namespace

void resize_picture(const Picture &picture, ResizeMethod method, const TensorView &to)
{
    const Resizer resizer(picture, method, to);
    const std::size_t height = resizer.height();
#pragma omp parallel
    {
        const auto thread = static_cast<std::size_t>(omp_get_thread_num()),
                   threads = static_cast<std::size_t>(omp_get_num_threads());
        resizer.run(height * thread / threads, height * (thread + 1) / threads);
    }
}

} // namespace tradewind::onednn
