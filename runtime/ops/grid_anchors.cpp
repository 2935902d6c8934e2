// SPDX-License-Identifier: Apache-2.0
// grid_anchors: boxes of every scale and aspect ratio at every cell of a map, of which only the shape is used.
#include "ops/grid_anchors.h"

#include "ops/schemas.h"
#include "tensor/error.h"

#include <cmath>

namespace tradewind {
namespace {

struct Extent {
    float height, width;
};

std::vector<Extent> extents(const Attributes &attributes)
{
    const auto &base = attributes.reals("base_size");
    std::vector<Extent> all;
    for (const double ratio : attributes.reals("aspect_ratios"))
        for (const double scale : attributes.reals("scales")) {
            const float root = std::sqrt(static_cast<float>(ratio)), size = static_cast<float>(scale);
            all.push_back({size / root * static_cast<float>(base[0]), size * root * static_cast<float>(base[1])});
        }
    return all;
}

void require_positive_numbers(const std::vector<double> &values, std::size_t least, std::size_t most, const char *key)
{
    if (values.size() < least || values.size() > most)
        throw Error(ErrorCode::usage, std::string(key) + " needs " + std::to_string(least) +
                                          (least == most ? "" : " to " + std::to_string(most)) + " numbers");
    for (const double value : values)
        if (!(value > 0)) throw Error(ErrorCode::usage, std::string(key) + " must be positive");
}

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    ops::require_rank(inputs[0], 4, "the map");
    const auto &scales = attributes.reals("scales"), &ratios = attributes.reals("aspect_ratios");
    require_positive_numbers(scales, 1, 64, "scales");
    require_positive_numbers(ratios, 1, 64, "aspect_ratios");
    require_positive_numbers(attributes.reals("base_size"), 2, 2, "base_size");
    require_positive_numbers(attributes.reals("stride"), 2, 2, "stride");
    if (attributes.reals("offset").size() != 2) throw Error(ErrorCode::usage, "offset needs 2 numbers");
    const auto in_cell = static_cast<std::int64_t>(scales.size() * ratios.size());
    return {{{{inputs[0].shape[1] * inputs[0].shape[2] * in_cell, 4}}}};
}

} // namespace

void grid_anchors(const Attributes &attributes, std::int64_t height, std::int64_t width, float *anchors)
{
    const auto in_cell = extents(attributes);
    const auto &stride = attributes.reals("stride"), &offset = attributes.reals("offset");
    const auto centre = [&](std::int64_t cell, std::size_t axis) {
        return static_cast<float>(cell) * static_cast<float>(stride[axis]) + static_cast<float>(offset[axis]);
    };
    for (std::int64_t y = 0; y < height; ++y)
        for (std::int64_t x = 0; x < width; ++x)
            for (const Extent &extent : in_cell) {
                const float half_height = 0.5f * extent.height, half_width = 0.5f * extent.width;
                *anchors++ = centre(y, 0) - half_height;
                *anchors++ = centre(x, 1) - half_width;
                *anchors++ = centre(y, 0) + half_height;
                *anchors++ = centre(x, 1) + half_width;
            }
}

namespace ops {

const OpSchema grid_anchors{"grid_anchors",
                            1,
                            1,
                            {{"scales", AttributeType::reals, std::vector<double>{0.25, 0.5, 1, 2}},
                             {"aspect_ratios", AttributeType::reals, std::vector<double>{0.5, 1, 2}},
                             {"base_size", AttributeType::reals, std::vector<double>{256, 256}},
                             {"stride", AttributeType::reals, std::vector<double>{16, 16}},
                             {"offset", AttributeType::reals, std::vector<double>{0, 0}}},
                            infer};

} // namespace ops
} // namespace tradewind
