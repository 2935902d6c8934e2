// SPDX-License-Identifier: Apache-2.0
// The anchors of SSD (Liu et al. 2016, section 2.2; scales as in the paper's released configurations).
#pragma once

#include "graph/attributes.h"
#include "tensor/shape.h"

#include <utility>

namespace tradewind {

struct MapSize {
    std::int64_t height = 0, width = 0;
};

// Anchors of one cell on map `index` of `maps`.
std::size_t anchors_per_cell(const Attributes &attributes, std::size_t index);

// All anchors, N x 4 floats (ymin, xmin, ymax, xmax, normalised, not clipped), in the order map, y, x, box of the cell.
// Scale of map i: min + (max - min) * i / (maps - 1), with 1.0 after the last; the interpolated box has the geometric
// mean of its map's scale and the next. `interpolated`: "last" in its cell, or "second": right after the box of ratio 1
// (models of June 2017). `base`: height and width of an anchor of scale 1 (later code takes min(H, W) / H and min(H, W)
// / W of the picture).
std::vector<float> multiple_grid_anchors(const Attributes &attributes, const std::vector<MapSize> &maps);

} // namespace tradewind
