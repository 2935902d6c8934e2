// SPDX-License-Identifier: Apache-2.0
// multiple_grid_anchors: boxes at every cell of every map; only the shapes of the inputs are used.
#include "ops/multiple_grid_anchors.h"

#include "ops/schemas.h"
#include "tensor/error.h"

#include <algorithm>
#include <cmath>

namespace tradewind {
namespace {

struct CellBox {
    double scale, ratio;
};

double scale_of(const Attributes &attributes, std::size_t index, std::size_t maps)
{
    if (index == maps) return 1.0;
    const double least = attributes.real("min_scale"), most = attributes.real("max_scale");
    return maps == 1 ? least : least + (most - least) * static_cast<double>(index) / static_cast<double>(maps - 1);
}

std::vector<CellBox> cell_boxes(const Attributes &attributes, std::size_t index, std::size_t maps)
{
    const double scale = scale_of(attributes, index, maps);
    if (index == 0 && attributes.integer("reduce_lowest")) return {{0.1, 1.0}, {scale, 2.0}, {scale, 0.5}};
    std::vector<CellBox> boxes;
    for (const double ratio : attributes.reals("aspect_ratios")) boxes.push_back({scale, ratio});
    const CellBox interpolated{std::sqrt(scale * scale_of(attributes, index + 1, maps)), 1.0};
    const auto square = std::find_if(boxes.begin(), boxes.end(), [](const CellBox &box) { return box.ratio == 1.0; });
    boxes.insert(attributes.text("interpolated") == "second" ? square + 1 : boxes.end(), interpolated);
    return boxes;
}

// float32 throughout, in the order of the published code.
void append_map(const std::vector<CellBox> &boxes, const std::vector<double> &base, MapSize map,
                std::vector<float> &anchors)
{
    const float stride_y = 1.0f / static_cast<float>(map.height), stride_x = 1.0f / static_cast<float>(map.width);
    for (std::int64_t y = 0; y < map.height; ++y)
        for (std::int64_t x = 0; x < map.width; ++x)
            for (const CellBox &box : boxes) {
                const float root = std::sqrt(static_cast<float>(box.ratio)), scale = static_cast<float>(box.scale);
                const float h = scale / root * static_cast<float>(base[0]),
                            w = scale * root * static_cast<float>(base[1]);
                const float cy = static_cast<float>(y) * stride_y + 0.5f * stride_y;
                const float cx = static_cast<float>(x) * stride_x + 0.5f * stride_x;
                anchors.insert(anchors.end(), {cy - 0.5f * h, cx - 0.5f * w, cy + 0.5f * h, cx + 0.5f * w});
            }
}

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    const auto &ratios = attributes.reals("aspect_ratios");
    const double least = attributes.real("min_scale"), most = attributes.real("max_scale");
    if (!(least > 0) || !(most >= least) || most > 10)
        throw Error(ErrorCode::usage, "scales must be positive, the least first");
    if (ratios.empty() || ratios.size() > 64) throw Error(ErrorCode::usage, "aspect_ratios needs 1 to 64 numbers");
    if (attributes.text("interpolated") == "second" && !std::count(ratios.begin(), ratios.end(), 1.0))
        throw Error(ErrorCode::usage, "aspect_ratios needs 1.0, after which the interpolated box stands");
    if (attributes.reals("base").size() != 2) throw Error(ErrorCode::usage, "base needs two numbers: height and width");
    for (const double ratio : ratios)
        if (!(ratio > 0)) throw Error(ErrorCode::usage, "aspect ratios must be positive");
    std::int64_t count = 0;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        ops::require_rank(inputs[i], 4, "a feature map");
        count += inputs[i].shape[1] * inputs[i].shape[2] * static_cast<std::int64_t>(anchors_per_cell(attributes, i));
    }
    return {{{{count, 4}}}};
}

} // namespace

std::size_t anchors_per_cell(const Attributes &attributes, std::size_t index)
{
    return index == 0 && attributes.integer("reduce_lowest") ? 3 : attributes.reals("aspect_ratios").size() + 1;
}

std::vector<float> multiple_grid_anchors(const Attributes &attributes, const std::vector<MapSize> &maps)
{
    std::vector<float> anchors;
    for (std::size_t i = 0; i < maps.size(); ++i)
        append_map(cell_boxes(attributes, i, maps.size()), attributes.reals("base"), maps[i], anchors);
    return anchors;
}

namespace ops {

const OpSchema multiple_grid_anchors{
    "multiple_grid_anchors",
    1,
    16,
    {{"min_scale", AttributeType::real, 0.2},
     {"max_scale", AttributeType::real, 0.95},
     {"aspect_ratios", AttributeType::reals, std::vector<double>{1.0, 2.0, 0.5, 3.0, 0.3333}},
     flag("reduce_lowest", 1),
     {"interpolated", AttributeType::text, std::string("last"), {"last", "second"}},
     {"base", AttributeType::reals, std::vector<double>{1.0, 1.0}}},
    infer};

} // namespace ops
} // namespace tradewind
