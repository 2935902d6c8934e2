// SPDX-License-Identifier: Apache-2.0
// The resize conventions of released detectors: which size, and which arithmetic, bit by bit.
#pragma once

#include "image/picture.h"
#include "tensor/tensor.h"

namespace tradewind {

enum class ResizeMethod {
    bilinear,         // TensorFlow 1, align_corners=false, half_pixel_centers=false (spec: resize_bilinear, legacy)
    bilinear_rounded, // the same, then floor(v + 0.5): pictures that were stored as uint8 after the resize
    bilinear_align_corners, // align_corners=true
    bilinear_half_pixel,    // half_pixel_centers=true
};

struct ImageSize {
    std::int64_t height = 0, width = 0;
};

// keep_aspect_ratio_resizer, in float32 (ties at .5 go where float32 rounding puts them): the shorter side becomes
// `min_side`, unless the longer one then exceeds `max_side`, which rules instead.
ImageSize keep_aspect_size(ImageSize picture, std::int64_t min_side, std::int64_t max_side);

// Writes float32 pixels, 0..255 and not rounded (but for bilinear_rounded), to `destination`: h x w x 3, row-major.
// Plain loops in the exact order of TensorFlow's kernel: top = tl + (tr - tl) * lx, bottom likewise,
// top + (bottom - top) * ly, every step rounded to float32.
void resize(const Picture &picture, ResizeMethod method, ImageSize size, float *destination);

// The same on float pixels with any number of channels, for tests and other callers.
void resize(const float *source, ImageSize source_size, std::int64_t channels, ResizeMethod method, ImageSize size,
            float *destination);

} // namespace tradewind
