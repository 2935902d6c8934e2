// SPDX-License-Identifier: Apache-2.0
// Sizes from the headers of simple formats, before anything is allocated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace tradewind {

struct HeaderSize {
    std::int64_t width = 0, height = 0;
};

// BMP, GIF, PNM, WebP (VP8, VP8L, VP8X), classic TIFF and JPEG 2000; nothing for other formats and for headers that are
// cut off.
std::optional<HeaderSize> header_size(std::span<const std::byte> bytes);

// The EXIF orientation (1..8) that a WebP or TIFF file names; 1 when it names none.
int stored_orientation(std::span<const std::byte> bytes);

} // namespace tradewind
