// SPDX-License-Identifier: Apache-2.0
// Where the crops of a picture lie, and what becomes of boxes at their borders.
#include "detector/crops.h"

#include "config/list.h"
#include "detector/overlap.h"
#include "tensor/error.h"

#include <algorithm>
#include <cmath>

namespace tradewind {
namespace {

constexpr std::int64_t most_in_a_row = 64, smallest_tile = 32, largest_tile = 16'384;
constexpr float most_of_a_fragment = 0.5f;

struct Pair {
    std::int64_t first = 0, second = 0;
};

// "480x640" or, where `single` allows it, "640".
bool read_pair(const std::string &text, bool single, std::int64_t least, std::int64_t most, Pair &pair)
{
    const auto x = text.find('x');
    if (x == std::string::npos && !single) return false;
    const auto first = to_integer(text.substr(0, x)),
               second = x == std::string::npos ? first : to_integer(text.substr(x + 1));
    if (!first || !second || std::min(*first, *second) < least || std::max(*first, *second) > most) return false;
    pair = {*first, *second};
    return true;
}

std::int64_t grid_side(std::int64_t length, std::int64_t parts, double overlap)
{
    const double n = static_cast<double>(parts), all = static_cast<double>(length);
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::ceil(all / (n - (n - 1) * overlap))), 1, length);
}

// Beginnings of `parts` tiles of this side, evenly from one end to the other.
std::vector<std::int64_t> even_places(std::int64_t length, std::int64_t side, std::int64_t parts)
{
    std::vector<std::int64_t> places;
    for (std::int64_t i = 0; i < parts; ++i) {
        const std::int64_t at = parts == 1 ? 0 : (length - side) * i / (parts - 1);
        if (places.empty() || places.back() != at) places.push_back(at);
    }
    return places;
}

// Beginnings of as many tiles of this side as are needed, each a step after the other, the last one at the end.
std::vector<std::int64_t> stepped_places(std::int64_t length, std::int64_t side, double overlap)
{
    const auto step = std::max<std::int64_t>(1, side - static_cast<std::int64_t>(overlap * static_cast<double>(side)));
    std::vector<std::int64_t> places;
    for (std::int64_t at = 0; at + side < length; at += step) places.push_back(at);
    places.push_back(length - side);
    return places;
}

// Within a hundredth of the crop's side, and at least a pixel: detectors do not hit a border exactly.
bool near(float edge, std::int64_t border, std::int64_t side)
{
    return std::abs(edge - static_cast<float>(border)) <= std::max(1.0f, 0.01f * static_cast<float>(side));
}

} // namespace

CropPlan parse_crops(const std::string &text, const std::string &option)
{
    CropPlan plan;
    std::string grid = trim(text);
    if (grid == "none") return plan;
    plan.whole = grid.ends_with("+full");
    if (plan.whole) grid.resize(grid.size() - 5);
    Pair pair;
    if (grid.starts_with("tile:") && read_pair(grid.substr(5), true, smallest_tile, largest_tile, pair)) {
        plan.tile_height = pair.first;
        plan.tile_width = pair.second;
    } else if (read_pair(grid, false, 1, most_in_a_row, pair)) {
        plan.rows = pair.first;
        plan.columns = pair.second;
    } else {
        throw Error(ErrorCode::usage,
                    "'" + text + "' is no way to crop: give ROWSxCOLUMNS (2x2, at most 64x64), tile:SIZE or " +
                        "tile:HEIGHTxWIDTH in pixels (32 to 16384), each with +full to see the whole picture too",
                    option);
    }
    return plan;
}

std::vector<PixelRectangle> crops_of(const CropPlan &plan, std::int64_t height, std::int64_t width)
{
    const PixelRectangle picture{0, 0, height, width};
    if (plan.empty()) return {picture};
    std::vector<std::int64_t> ys, xs;
    PixelRectangle tile;
    if (plan.rows > 0) {
        tile = {0, 0, grid_side(height, plan.rows, plan.overlap), grid_side(width, plan.columns, plan.overlap)};
        ys = even_places(height, tile.height, plan.rows);
        xs = even_places(width, tile.width, plan.columns);
    } else {
        tile = {0, 0, std::min(plan.tile_height, height), std::min(plan.tile_width, width)};
        ys = stepped_places(height, tile.height, plan.overlap);
        xs = stepped_places(width, tile.width, plan.overlap);
    }
    std::vector<PixelRectangle> crops;
    for (const auto y : ys)
        for (const auto x : xs) crops.push_back({y, x, tile.height, tile.width});
    if (plan.whole && crops.size() > 1) crops.push_back(picture);
    return crops;
}

std::vector<CroppedDetection> shifted(std::vector<Detection> found, const PixelRectangle &crop, std::int64_t height,
                                      std::int64_t width)
{
    std::vector<CroppedDetection> result;
    for (auto &detection : found) {
        Box &box = detection.box;
        const bool cut = (crop.y > 0 && near(box.ymin, 0, crop.height)) ||
                         (crop.x > 0 && near(box.xmin, 0, crop.width)) ||
                         (crop.y + crop.height < height && near(box.ymax, crop.height, crop.height)) ||
                         (crop.x + crop.width < width && near(box.xmax, crop.width, crop.width));
        box.ymin += static_cast<float>(crop.y), box.ymax += static_cast<float>(crop.y);
        box.xmin += static_cast<float>(crop.x), box.xmax += static_cast<float>(crop.x);
        result.push_back({std::move(detection), cut});
    }
    return result;
}

std::vector<Detection> without_fragments(const std::vector<CroppedDetection> &found)
{
    std::vector<Detection> kept;
    for (const auto &one : found) {
        const bool covered = one.cut && std::any_of(found.begin(), found.end(), [&](const CroppedDetection &other) {
                                 return !other.cut && part_inside(one.detection, other.detection) > most_of_a_fragment;
                             });
        if (!covered) kept.push_back(one.detection);
    }
    return kept;
}

} // namespace tradewind
