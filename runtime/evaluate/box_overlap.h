// SPDX-License-Identifier: Apache-2.0
// How much two boxes have in common.
#pragma once

#include "evaluate/annotations.h"

namespace tradewind {

// Each takes `pixel`, which is added to both sides of every box: 0 where coordinates are points, 1 where they number
// pixels and both ends belong to the box, as PASCAL VOC's devkit has it. Boxes that do not touch share nothing.

// Of two boxes, over all that either covers; 0 where neither has an area.
double intersection_over_union(const Rectangle &a, const Rectangle &b, double pixel = 0);

// Over the area of `part` alone, for regions around several objects; 0 where `part` has no area.
double intersection_over_part(const Rectangle &part, const Rectangle &region, double pixel = 0);

} // namespace tradewind
