// SPDX-License-Identifier: Apache-2.0
// Copying a part of a picture.
#include "image/crop.h"

#include <algorithm>

namespace tradewind {

Picture crop(const Picture &picture, const PixelRectangle &part)
{
    Picture result;
    result.height = part.height;
    result.width = part.width;
    result.rgb.resize(static_cast<std::size_t>(part.height * part.width * 3));
    for (std::int64_t y = 0; y < part.height; ++y) {
        const std::uint8_t *from = picture.row(part.y + y) + part.x * 3;
        std::copy(from, from + part.width * 3, result.rgb.begin() + y * part.width * 3);
    }
    return result;
}

} // namespace tradewind
