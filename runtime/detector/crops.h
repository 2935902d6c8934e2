// SPDX-License-Identifier: Apache-2.0
// A picture in overlapping parts, each of which a detector sees at its full resolution. The paper's section 4.3 uses
// multi-crop inference and does not say with which crops: the geometry here is the usual one of tiled inference (tiles
// of one size, evenly laid, that overlap by a part of their side).
#pragma once

#include "detector/detection.h"
#include "image/crop.h"

#include <vector>

namespace tradewind {

struct CropPlan {
    // Either a grid, whose tiles follow from the picture, or tiles of a size in pixels, whose number follows from it.
    std::int64_t rows = 0, columns = 0;
    std::int64_t tile_height = 0, tile_width = 0;
    bool whole = false;   // the whole picture as well, after the tiles
    double overlap = 0.2; // of neighbouring tiles, as a part of their side; 0 to 0.9

    bool empty() const { return rows == 0 && tile_height == 0; }
};

// From "2x3" (rows x columns), "tile:640", "tile:480x640" (height x width) or "none", the former with "+full" at the
// end where wanted. Throws Error(usage) with `option` for anything else.
CropPlan parse_crops(const std::string &text, const std::string &option);

// Row by row; never the same place twice. All tiles are of one size, cover the picture and stay within it: the last of
// a row or column overlaps its neighbour more where tiles of a given size do not fit evenly. A tile is at most as large
// as the picture. An empty plan: the whole picture.
std::vector<PixelRectangle> crops_of(const CropPlan &plan, std::int64_t height, std::int64_t width);

// What was found in a part, in pixels of the whole picture.
struct CroppedDetection {
    Detection detection;
    bool cut = false; // it ends at a border that lies inside the picture, so that the object may go on beyond it
};
std::vector<CroppedDetection> shifted(std::vector<Detection> found, const PixelRectangle &crop, std::int64_t height,
                                      std::int64_t width);

// A box that was cut goes where a whole one of its class holds more than half of it; else it stays, so that nothing is
// lost where an object is larger than the overlap.
std::vector<Detection> without_fragments(const std::vector<CroppedDetection> &found);

} // namespace tradewind
