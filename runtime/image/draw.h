// SPDX-License-Identifier: Apache-2.0
// Annotated pictures: boxes with readable labels, colours by class, line width by picture size.
#pragma once

#include "image/picture.h"

#include <vector>

namespace tradewind {

struct Annotation {
    float ymin = 0, xmin = 0, ymax = 0, xmax = 0; // pixels
    int class_id = 0;                             // chooses the colour: the same class has the same colour everywhere
    std::string text;                             // "person 0.87" (UTF-8; what the font lacks is shown as '?')
};

void draw(Picture &picture, const std::vector<Annotation> &annotations);

// JPEG bytes (quality 92) or PNG bytes.
std::vector<std::byte> encode_jpeg(const Picture &picture);
std::vector<std::byte> encode_png(const Picture &picture);

} // namespace tradewind
