// SPDX-License-Identifier: Apache-2.0
// Sides first, then areas: the order of operations of COCO's and VOC's evaluators, so that thresholds cut alike.
#include "evaluate/box_overlap.h"

#include <algorithm>

namespace tradewind {
namespace {

double area(const Rectangle &box, double pixel) { return (box.width + pixel) * (box.height + pixel); }

double intersection(const Rectangle &a, const Rectangle &b, double pixel)
{
    const double width = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x) + pixel;
    const double height = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y) + pixel;
    return width > 0 && height > 0 ? width * height : 0;
}

} // namespace

double intersection_over_union(const Rectangle &a, const Rectangle &b, double pixel)
{
    const double shared = intersection(a, b, pixel);
    return shared > 0 ? shared / (area(a, pixel) + area(b, pixel) - shared) : 0;
}

double intersection_over_part(const Rectangle &part, const Rectangle &region, double pixel)
{
    const double shared = intersection(part, region, pixel);
    return shared > 0 ? shared / area(part, pixel) : 0;
}

} // namespace tradewind
