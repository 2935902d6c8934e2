// SPDX-License-Identifier: Apache-2.0
// The attributes and shape rules of ops that read a map at boxes.
#include "ops/region_attributes.h"

#include "tensor/error.h"

namespace tradewind::ops {

void check_count(const ValueType &count)
{
    if (count.shape != Shape{1})
        throw Error(ErrorCode::usage, "the count must have shape 1, not " + to_string(count.shape));
}

std::int64_t check_regions(std::span<const ValueType> inputs)
{
    require_rank(inputs[0], 4, "the map");
    if (inputs[0].shape[0] != 1)
        throw Error(ErrorCode::usage, "the map must be 1 x h x w x c, not " + to_string(inputs[0].shape));
    require_rank(inputs[1], 2, "the boxes");
    if (inputs[1].shape[1] != 4)
        throw Error(ErrorCode::usage, "the boxes must be P x 4, not " + to_string(inputs[1].shape));
    check_count(inputs[2]);
    return inputs[1].shape[0];
}

RegionSize region_size(const Attributes &attributes, const char *key)
{
    const auto &size = attributes.integers(key);
    if (size.size() != 2) throw Error(ErrorCode::usage, std::string(key) + " needs two numbers: height and width");
    for (const std::int64_t side : size)
        if (side < 1 || side > 4096)
            throw Error(ErrorCode::usage, std::string(key) + " is " + std::to_string(side) + ", but may be 1 to 4096");
    return {size[0], size[1]};
}

BinnedCrop binned_crop(const Attributes &attributes)
{
    const RegionSize bins = region_size(attributes, "bins"), crop = region_size(attributes, "crop");
    if (crop.height % bins.height || crop.width % bins.width)
        throw Error(ErrorCode::usage, "a crop of " + std::to_string(crop.height) + "x" + std::to_string(crop.width) +
                                          " cannot be divided into " + std::to_string(bins.height) + "x" +
                                          std::to_string(bins.width) + " bins");
    return {bins, {crop.height / bins.height, crop.width / bins.width}};
}

std::vector<AttributeSpec> binned_crop_attributes()
{
    return {{"bins", AttributeType::integers}, {"crop", AttributeType::integers}};
}

Inference infer_binned(const Attributes &attributes, std::span<const ValueType> inputs, std::int64_t filters)
{
    const std::int64_t rows = check_regions(inputs), bins = binned_crop(attributes).bins.area();
    if (filters % bins)
        throw Error(ErrorCode::usage,
                    std::to_string(filters) + " channels cannot be divided among " + std::to_string(bins) + " bins");
    return {{{{rows, 1, 1, filters / bins}}}};
}

void require_boxes(const ValueType &boxes)
{
    if (boxes.shape.empty() || boxes.shape.back() != 4)
        throw Error(ErrorCode::usage, "the boxes must be ... x 4, not " + to_string(boxes.shape));
}

void require_four(const Attributes &attributes, const char *key, const char *what)
{
    if (attributes.reals(key).size() != 4)
        throw Error(ErrorCode::usage, std::string(key) + " needs four numbers: " + what);
}

} // namespace tradewind::ops
