// SPDX-License-Identifier: Apache-2.0
// Sums and differences of even and odd parts: points come in pairs of both signs.
#include "targets/onednn/winograd_1d.h"

#include "targets/onednn/instruction_sets.h"
#include "targets/onednn/version.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>

namespace tradewind::onednn {
namespace {

constexpr auto inputs = static_cast<std::size_t>(TiledLine::inputs);

FOR_EACH_INSTRUCTION_SET void transform_first_half(const float *const *from, float *to, std::int64_t step,
                                                   std::int64_t channels)
{
    const float *a = from[0], *b = from[1], *c = from[2], *d = from[3], *e = from[4], *f = from[5], *g = from[6],
                *h = from[7];
    float *to0 = to, *to1 = to + step, *to2 = to + 2 * step, *to3 = to + 3 * step;
#pragma omp simd
    for (std::int64_t i = 0; i < channels; ++i) {
        const float even = c[i] + g[i] - 4.25f * e[i], odd = b[i] + f[i] - 4.25f * d[i];
        to0[i] = a[i] - g[i] + 5.25f * (e[i] - c[i]);
        to1[i] = even + odd;
        to2[i] = even - odd;
        to3[i] = h[i] - b[i] + 5.25f * (d[i] - f[i]);
    }
}

FOR_EACH_INSTRUCTION_SET void transform_second_half(const float *const *from, float *to, std::int64_t step,
                                                    std::int64_t channels)
{
    const float *b = from[1], *c = from[2], *d = from[3], *e = from[4], *f = from[5], *g = from[6];
    float *to0 = to, *to1 = to + step, *to2 = to + 2 * step, *to3 = to + 3 * step;
#pragma omp simd
    for (std::int64_t i = 0; i < channels; ++i) {
        const float even1 = g[i] + 0.25f * c[i] - 1.25f * e[i], odd1 = 0.5f * b[i] - 2.5f * d[i] + 2.0f * f[i];
        const float even2 = g[i] + 4.0f * c[i] - 5.0f * e[i], odd2 = 2.0f * b[i] - 2.5f * d[i] + 0.5f * f[i];
        to0[i] = even1 + odd1;
        to1[i] = even1 - odd1;
        to2[i] = even2 + odd2;
        to3[i] = even2 - odd2;
    }
}

FOR_EACH_INSTRUCTION_SET void finish_first_half(const float *from, std::int64_t step, std::int64_t count, float *first,
                                                float *second)
{
    const float *p0 = from, *p1 = from + step, *p2 = from + 2 * step, *p3 = from + 3 * step;
#pragma omp simd
    for (std::int64_t i = 0; i < count; ++i) {
        first[i] = p0[i] + (p1[i] + p2[i]);
        second[i] = (p1[i] - p2[i]) + p3[i];
    }
}

FOR_EACH_INSTRUCTION_SET void finish_second_half(const float *from, std::int64_t step, std::int64_t count, float *first,
                                                 float *second)
{
    const float *p0 = from, *p1 = from + step, *p2 = from + 2 * step, *p3 = from + 3 * step;
#pragma omp simd
    for (std::int64_t i = 0; i < count; ++i) {
        first[i] = (p0[i] + p1[i]) + (p2[i] + p3[i]);
        second[i] = 2.0f * (p0[i] - p1[i]) + 0.5f * (p2[i] - p3[i]);
    }
}

struct Ends {
    float low, high;
};

FOR_EACH_INSTRUCTION_SET void add_two(const float *a, const float *b, const float *biases, Ends ends, float *to,
                                      std::int64_t filters)
{
#pragma omp simd
    for (std::int64_t i = 0; i < filters; ++i) to[i] = std::min(std::max(a[i] + b[i] + biases[i], ends.low), ends.high);
}

// Of the first output of a tile, in pixels.
struct Place {
    std::int64_t line, at;

    Place(const TiledLine &tiled, std::int64_t tile)
        : line(tile / tiled.tiles_of_line()), at(tile % tiled.tiles_of_line() * TiledLine::outputs)
    {
    }
};

// Above that, what is kept of all tiles between the transforms takes more than it is worth.
constexpr std::int64_t most_tiles = 2048;

} // namespace

bool has_winograd_1d(const Layer &layer)
{
    const auto is = [](const WindowAxis &axis, std::int64_t kernel) {
        return axis.kernel == kernel && axis.stride == 1 && axis.dilation == 1;
    };
    const WindowAxis &y = layer.window.y, &x = layer.window.x;
    constexpr std::int64_t taps = TiledLine::taps;
    const bool is_line = (is(y, 1) && is(x, taps) && layer.output[1] == layer.input[1] && y.before == 0) ||
                         (is(x, 1) && is(y, taps) && layer.output[2] == layer.input[2] && x.before == 0);
    return has_avx512() && is_line && layer.input[0] == 1 && !layer.depthwise && !layer.adds &&
           layer.source.is_plain() && layer.destination.is_plain() && TiledLine(layer).tiles() <= most_tiles;
}

TiledLine::TiledLine(const Layer &layer)
    : channels(layer.input[3]), filters(layer.output[3]),
      low(layer.activation == Activation::none ? -std::numeric_limits<float>::infinity() : 0.0f),
      high(layer.activation == Activation::relu6 ? 6.0f : std::numeric_limits<float>::infinity())
{
    const bool across = layer.window.x.kernel == taps;
    lines = layer.input[across ? 1 : 2];
    length = layer.input[across ? 2 : 1];
    output_length = layer.output[across ? 2 : 1];
    before = (across ? layer.window.x : layer.window.y).before;
    line_step = across ? layer.input[2] : 1;
    pixel_step = across ? 1 : layer.input[2];
    output_line_step = across ? layer.output[2] : 1;
    output_pixel_step = across ? 1 : layer.output[2];
}

// In double, and rounded once: this is done once for all pictures.
void transform_weights(const float *weights, std::int64_t channels, std::int64_t filters, int half, float *to)
{
    struct Point {
        double place, factor;
    };
    static constexpr std::array<Point, 3> first = {{{0, 1}, {1, -2.0 / 9}, {-1, -2.0 / 9}}};
    static constexpr std::array<Point, 4> second = {
        {{2, 1.0 / 90}, {-2, 1.0 / 90}, {0.5, 32.0 / 45}, {-0.5, 32.0 / 45}}};
    const std::int64_t count = channels * filters;
    const auto tap = [&](std::int64_t k, std::int64_t i) { return static_cast<double>(weights[k * count + i]); };
    for (const Point &point : half == 0 ? std::span<const Point>(first) : std::span<const Point>(second)) {
        for (std::int64_t i = 0; i < count; ++i) {
            double sum = 0;
            for (std::int64_t k = TiledLine::taps; k-- > 0;) sum = sum * point.place + tap(k, i);
            to[i] = static_cast<float>(sum * point.factor);
        }
        to += count;
    }
    if (half == 0) std::copy_n(weights + (TiledLine::taps - 1) * count, count, to); // at infinity
}

void transform_input(const TiledLine &line, const float *map, const float *zeros, const TileRange &range, int half,
                     float *to)
{
    const auto transform = half == 0 ? transform_first_half : transform_second_half;
    for (std::int64_t tile = range.first; tile < range.first + range.count; ++tile, to += line.channels) {
        const Place place(line, tile);
        std::array<const float *, inputs> from;
        for (std::size_t i = 0; i < inputs; ++i) {
            const std::int64_t at = place.at - line.before + static_cast<std::int64_t>(i);
            const std::int64_t pixel = place.line * line.line_step + at * line.pixel_step;
            from[i] = at >= 0 && at < line.length ? map + pixel * line.channels : zeros;
        }
        transform(from.data(), to, range.rows * line.channels, line.channels);
    }
}

void transform_products(const TiledLine &line, const float *products, const TileRange &range, int half, float *to)
{
    const std::int64_t step = range.rows * line.filters;
    (half == 0 ? finish_first_half : finish_second_half)(products, step, range.count * line.filters, to, to + step);
}

void add_halves(const TiledLine &line, const float *first, const float *second, const float *biases,
                const TileRange &range, float *map)
{
    for (std::int64_t i = 0; i < range.count; ++i) {
        const Place place(line, range.first + i);
        for (std::int64_t k = 0; k < std::min(TiledLine::outputs, line.output_length - place.at); ++k) {
            const std::int64_t pixel = place.line * line.output_line_step + (place.at + k) * line.output_pixel_step;
            const std::int64_t from = (k * range.rows + i) * line.filters;
            add_two(first + from, second + from, biases, {line.low, line.high}, map + pixel * line.filters,
                    line.filters);
        }
    }
}

} // namespace tradewind::onednn
