// SPDX-License-Identifier: Apache-2.0
// From the bytes of a file to an upright RGB picture, within limits, with truncation told.
#pragma once

#include "image/resize.h"

#include <cstddef>
#include <functional>
#include <span>

namespace tradewind {

// Names of failures (Error::id), for records of inputs that failed.
inline constexpr const char *not_a_picture = "E_NOT_A_PICTURE", *format_not_read = "E_FORMAT_NOT_READ",
                            *image_truncated = "E_IMAGE_TRUNCATED", *image_damaged = "E_IMAGE_DAMAGED",
                            *image_too_large = "E_IMAGE_TOO_LARGE", *out_of_memory = "E_OUT_OF_MEMORY";

struct DecodeLimits {
    std::int64_t max_side = 65'500;
    std::int64_t max_pixels = std::int64_t{1} << 28; // checked against the header, before any allocation
    // The size that will do for a picture of that size, both upright: JPEG is then decoded at 1/2, 1/4 or 1/8 as long
    // as no side falls below, which takes less time and gives other pixels. Null: all pixels.
    std::function<ImageSize(ImageSize)> enough = {};
};

// Decodes what is neither JPEG nor PNG. Set by whoever can load the codec module; throws Error(input).
using ForeignDecoder = std::function<Picture(std::span<const std::byte> bytes, const DecodeLimits &limits)>;

// The kind of picture by its first bytes: "jpeg", "png", "bmp", "webp", "tiff", "gif", "pnm", ... or "" when it looks
// like none.
std::string sniff(std::span<const std::byte> bytes);

// 8-bit RGB from any JPEG (grey, YCbCr, RGB, CMYK, YCCK) or PNG (any depth, palette, grey; alpha is dropped, as in
// training), EXIF orientation applied. Throws Error(input), with `name` as context, for: no bytes, not a picture,
// damaged, truncated ("JPEG ends after 61 % of its rows"), beyond the limits; Error(resource) when memory does not
// suffice. Warnings are errors: all of the JPEG decoder, those about checksums of the PNG decoder.
Picture decode(std::span<const std::byte> bytes, const std::string &name, const DecodeLimits &limits = {},
               const ForeignDecoder &foreign = {});

// The formula picture of "picture:HxW" inputs (weights/seeded.h describes the same generator).
Picture formula_picture(std::int64_t height, std::int64_t width);

} // namespace tradewind
