// SPDX-License-Identifier: Apache-2.0
// Winograd's algorithm along one axis, for windows of 1x7 and 7x1: F(2, 7), eight products for two outputs in the place
// of fourteen (Lavin and Gray 2016, section 4). Of the points that F(6, 3) has, half a layer takes four: 0, 1, -1 and
// infinity, or 2, -2, 1/2 and -1/2; what the halves make of them is added.
#pragma once

#include "targets/onednn/layer.h"

namespace tradewind::onednn {

// Whether a layer is one of those: stride and dilation 1, no residual, maps of float32 in rows; on processors with
// AVX-512, for which oneDNN has fast products of several matrices.
bool has_strip_winograd(const Layer &layer);

// What a layer is made of: strips of two outputs along the long axis of its window, each from eight inputs.
struct StripShape {
    explicit StripShape(const Layer &layer);

    static constexpr std::int64_t halves = 2, points = 4, outputs = 2, inputs = 8, taps = 7; // points: of a half
    std::int64_t pictures, lines, length, output_length; // of lines along the long axis, in pixels
    std::int64_t line_step, pixel_step;                  // in pixels, from one line or pixel to the next: of the input,
    std::int64_t output_line_step, output_pixel_step;    // and of the output
    std::int64_t input_pixels, output_pixels;            // of a picture
    std::int64_t before;                                 // padding
    std::int64_t channels, filters;
    float low, high; // what the activation leaves

    std::int64_t strips_of_line() const { return (output_length + outputs - 1) / outputs; }
    std::int64_t strips() const { return pictures * lines * strips_of_line(); }
};

// Strips from `first` on.
struct StripRange {
    std::int64_t first, count;
};

// From taps x channels x filters to points x channels x filters.
void transform_weights(const float *weights, std::int64_t channels, std::int64_t filters, int half, float *to);
// From a map to points x count x channels; from points x count x filters to two outputs of each strip, outputs x count
// x filters; from those of both halves, with biases (null: none), to a map.
void transform_input(const StripShape &shape, const float *map, StripRange range, int half, float *to);
void transform_products(const StripShape &shape, const float *products, StripRange range, int half, float *to);
void add_halves(const StripShape &shape, const float *const *halves, const float *biases, StripRange range,
                StripRange part, float *map); // only `part` of `range`

} // namespace tradewind::onednn
