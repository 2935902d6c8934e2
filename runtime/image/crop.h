// SPDX-License-Identifier: Apache-2.0
// A part of a picture.
#pragma once

#include "image/picture.h"

namespace tradewind {

struct PixelRectangle {
    std::int64_t y = 0, x = 0, height = 0, width = 0;
};

// A copy of the pixels of a rectangle that lies within the picture.
Picture crop(const Picture &picture, const PixelRectangle &part);

} // namespace tradewind
