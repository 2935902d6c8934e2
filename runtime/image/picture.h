// SPDX-License-Identifier: Apache-2.0
// A decoded picture: 8-bit RGB, upright.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tradewind {

struct Picture {
    std::int64_t height = 0, width = 0;
    std::vector<std::uint8_t> rgb;                // height x width x 3, row-major, no padding
    int exif_orientation = 1;                     // as found in the file (1..8); already applied to the pixels
    std::string format;                           // "jpeg", "png", "bmp", ...; empty for pictures that were made
    std::int64_t file_height = 0, file_width = 0; // upright, where it was decoded at a reduced size; else 0

    // What boxes refer to.
    std::int64_t whole_height() const { return file_height ? file_height : height; }
    std::int64_t whole_width() const { return file_width ? file_width : width; }

    const std::uint8_t *row(std::int64_t y) const { return rgb.data() + y * width * 3; }
};

} // namespace tradewind
