// SPDX-License-Identifier: Apache-2.0
// The decoders behind decode(): one file each.
#pragma once

#include "image/decode.h"

namespace tradewind {

// Throw Error(input) with `name` as context. Pixels as stored: orientation is reported, not applied.
Picture decode_jpeg(std::span<const std::byte> bytes, const std::string &name, const DecodeLimits &limits);
Picture decode_png(std::span<const std::byte> bytes, const std::string &name, const DecodeLimits &limits);

// Throws Error(input) that names the limit when a header asks for too much.
void check_size(std::int64_t width, std::int64_t height, const std::string &name, const DecodeLimits &limits);

// The orientation (1..8) in an EXIF block ("II*" or "MM*" onwards); 1 when it says none or is damaged.
int exif_orientation(std::span<const std::byte> tiff);

// Turns and mirrors the pixels so that the picture is upright (EXIF 2.3, tag 0x0112).
void make_upright(Picture &picture, int orientation);

} // namespace tradewind
