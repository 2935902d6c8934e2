// SPDX-License-Identifier: Apache-2.0
// Winograd's algorithm along one axis, for windows of 1x7 and 7x1: F(2, 7), eight products for two outputs in the place
// of fourteen (Lavin and Gray 2016, section 4). Of its eight points, those that F(6, 3) has, the first half is 0, 1, -1
// and infinity, the second 2, -2, 1/2 and -1/2; what the halves come to is added.
#pragma once

#include "targets/onednn/layer.h"

namespace tradewind::onednn {

// Whether a layer is one of those: one picture, stride and dilation 1, no residual, maps of float32 in rows; on
// processors with AVX-512, for which oneDNN has fast products of several matrices.
bool has_winograd_1d(const Layer &layer);

// A layer as tiles: two outputs that follow each other along the long axis of the window, of eight inputs.
struct TiledLine {
    explicit TiledLine(const Layer &layer);

    static constexpr std::int64_t halves = 2, points = 4, outputs = 2, inputs = 8, taps = 7; // points: of a half
    std::int64_t lines, length, output_length;        // along the long axis, in pixels
    std::int64_t line_step, pixel_step;               // in pixels, from one line or pixel to the next: of the input,
    std::int64_t output_line_step, output_pixel_step; // and of the output
    std::int64_t before;                              // padding
    std::int64_t channels, filters;
    float low, high; // what the activation leaves

    std::int64_t tiles_of_line() const { return (output_length + outputs - 1) / outputs; }
    std::int64_t tiles() const { return lines * tiles_of_line(); }
};

// Tiles from `first` on, in matrices that have `rows` rows for them.
struct TileRange {
    std::int64_t first, count, rows;
};

// From taps x channels x filters to points x channels x filters.
void transform_weights(const float *weights, std::int64_t channels, std::int64_t filters, int half, float *to);
// From a map, and as many zeros as a pixel has channels, to points x rows x channels.
void transform_input(const TiledLine &line, const float *map, const float *zeros, const TileRange &range, int half,
                     float *to);
// From points x rows x filters to outputs x rows x filters: one half of the sums.
void transform_products(const TiledLine &line, const float *products, const TileRange &range, int half, float *to);
// Both halves, a bias for each filter and the activation, to a map.
void add_halves(const TiledLine &line, const float *first, const float *second, const float *biases,
                const TileRange &range, float *map);

} // namespace tradewind::onednn
