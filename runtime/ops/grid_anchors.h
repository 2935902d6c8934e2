// SPDX-License-Identifier: Apache-2.0
// The anchors of Faster R-CNN (Ren et al. 2015, section 3.1), as the published detection code lays them out.
#pragma once

#include "graph/attributes.h"
#include "tensor/shape.h"

namespace tradewind {

// All anchors of a map of height x width cells, N x 4 floats (ymin, xmin, ymax, xmax, pixels of the picture, not
// clipped), in the order y, x, aspect ratio, scale; `anchors` has room for them. The centre is cell * stride + offset:
// the corner of the cell, not its middle. Height: scale / sqrt(ratio) * base, width: scale * sqrt(ratio) * base.
void grid_anchors(const Attributes &attributes, std::int64_t height, std::int64_t width, float *anchors);

} // namespace tradewind
