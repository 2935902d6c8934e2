// SPDX-License-Identifier: Apache-2.0
// PNG files of every form, from rows of samples.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

struct PngForm {
    int colour_type, depth; // as libpng names them: PNG_COLOR_TYPE_RGB, 8
    bool interlaced = false;
};

// `rows`: as the file stores them, packed. `palette`: RGB triples, for palettes. `exif`: an EXIF block, or nothing.
std::vector<std::byte> png_of(const PngForm &form, int height, int width,
                              const std::vector<std::vector<std::uint8_t>> &rows,
                              const std::vector<std::uint8_t> &palette = {},
                              const std::vector<std::uint8_t> &exif = {});
