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

// BMP, GIF, PNM, WebP (VP8, VP8L, VP8X) and classic TIFF; nothing for other formats and for headers that are cut off.
std::optional<HeaderSize> header_size(std::span<const std::byte> bytes);

} // namespace tradewind
