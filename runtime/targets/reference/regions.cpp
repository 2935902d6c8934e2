// SPDX-License-Identifier: Apache-2.0
// crop_and_resize, position_sensitive_crop, position_sensitive_predict.
#include "targets/reference/kernels.h"

#include "graph/schema_check.h"
#include "ops/box_arithmetic.h"
#include "ops/crop_sampling.h"
#include "ops/region_attributes.h"
#include "ops/schemas.h"

#include <algorithm>

namespace tradewind::reference {
namespace {

struct Map {
    const float *pixels;
    std::int64_t height, width, channels;

    explicit Map(const TensorView &view)
        : pixels(view.floats()), height(view.shape[1]), width(view.shape[2]), channels(view.shape[3])
    {
    }

    float sample(const CropSample &y, const CropSample &x, std::int64_t channel) const
    {
        const auto at = [&](std::int64_t row, std::int64_t column) {
            return pixels[(row * width + column) * channels + channel];
        };
        return bilinear(at(y.lower, x.lower), at(y.lower, x.upper), at(y.upper, x.lower), at(y.upper, x.upper),
                        x.fraction, y.fraction);
    }
};

BoxCorners corners(const TensorView &boxes, std::int64_t row) { return corners_at(boxes.floats() + 4 * row); }

BoxCorners bin_of(const BoxCorners &box, const ops::RegionSize &bins, std::int64_t bin)
{
    const std::int64_t y = bin / bins.width, x = bin % bins.width;
    return {bin_edge(box.ymin, box.ymax, bins.height, y), bin_edge(box.xmin, box.xmax, bins.width, x),
            bin_edge(box.ymin, box.ymax, bins.height, y + 1), bin_edge(box.xmin, box.xmax, bins.width, x + 1)};
}

} // namespace

void crop_and_resize(const Operation &operation)
{
    const Map map(operation.inputs[0]);
    const ops::RegionSize crop = ops::region_size(operation.attributes, "crop");
    const auto extrapolation = static_cast<float>(operation.attributes.real("extrapolation"));
    float *out = operation.outputs[0].floats();
    for (std::int64_t p = 0; p < live_rows(operation.inputs[2], operation.inputs[1].shape[0]); ++p) {
        const BoxCorners box = corners(operation.inputs[1], p);
        for (std::int64_t i = 0; i < crop.height; ++i)
            for (std::int64_t j = 0; j < crop.width; ++j) {
                const CropSample y = crop_sample(box.ymin, box.ymax, map.height, crop.height, i);
                const CropSample x = crop_sample(box.xmin, box.xmax, map.width, crop.width, j);
                for (std::int64_t c = 0; c < map.channels; ++c)
                    *out++ = y.inside && x.inside ? map.sample(y, x, c) : extrapolation;
            }
    }
}

void position_sensitive_crop(const Operation &operation)
{
    const Map map(operation.inputs[0]);
    const ops::BinnedCrop crop = ops::binned_crop(operation.attributes);
    const std::int64_t bins = crop.bins.area(), channels = map.channels / bins;
    float *out = operation.outputs[0].floats();
    for (std::int64_t p = 0; p < live_rows(operation.inputs[2], operation.inputs[1].shape[0]); ++p)
        for (std::int64_t c = 0; c < channels; ++c) {
            double total = 0;
            for (std::int64_t s = 0; s < crop.samples.area(); ++s) {
                float sum = 0;
                for (std::int64_t bin = 0; bin < bins; ++bin) {
                    const BoxCorners box = bin_of(corners(operation.inputs[1], p), crop.bins, bin);
                    const CropSample y =
                        crop_sample(box.ymin, box.ymax, map.height, crop.samples.height, s / crop.samples.width);
                    const CropSample x =
                        crop_sample(box.xmin, box.xmax, map.width, crop.samples.width, s % crop.samples.width);
                    if (y.inside && x.inside) sum += map.sample(y, x, bin * channels + c);
                }
                total += sum / static_cast<float>(bins);
            }
            *out++ = static_cast<float>(total / static_cast<double>(crop.samples.area()));
        }
}

void position_sensitive_predict(const Operation &operation)
{
    Attributes given;
    given.set("filters", operation.attributes.integer("filters"));
    given.set("bias", operation.attributes.integer("bias"));
    given.set("kernel", std::vector<std::int64_t>{1, 1});
    Shape shape = operation.inputs[0].shape;
    shape[3] = operation.attributes.integer("filters");
    Tensor map(shape);
    const TensorView map_view[] = {map.view()}, crop_inputs[] = {map.view(), operation.inputs[1], operation.inputs[2]};
    conv2d({complete_attributes(ops::conv2d, given), operation.inputs.first(1), map_view, operation.parameters});
    position_sensitive_crop({operation.attributes, crop_inputs, operation.outputs, operation.parameters});
}

} // namespace tradewind::reference
