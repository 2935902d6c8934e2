// SPDX-License-Identifier: Apache-2.0
// multiple_grid_anchors, grid_anchors, clip_boxes, scale_boxes, decode_boxes, convert_scores.
#include "targets/reference/kernels.h"

#include "ops/box_coder.h"
#include "ops/grid_anchors.h"
#include "ops/multiple_grid_anchors.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tradewind::reference {

void multiple_grid_anchors(const Operation &operation)
{
    std::vector<MapSize> maps;
    for (const TensorView &map : operation.inputs) maps.push_back({map.shape[1], map.shape[2]});
    const auto anchors = tradewind::multiple_grid_anchors(operation.attributes, maps);
    std::copy(anchors.begin(), anchors.end(), operation.outputs[0].floats());
}

void grid_anchors(const Operation &operation)
{
    const Shape &map = operation.inputs[0].shape;
    tradewind::grid_anchors(operation.attributes, map[1], map[2], operation.outputs[0].floats());
}

namespace {

// Calls f(box, the four numbers of the attribute) for each box.
template <class F> void for_each_box(const Operation &operation, const char *attribute, F f)
{
    const auto &given = operation.attributes.reals(attribute);
    const auto at = [&](std::size_t i) { return static_cast<float>(given[i]); };
    const BoxCorners numbers{at(0), at(1), at(2), at(3)};
    const float *in = operation.inputs[0].floats();
    float *out = operation.outputs[0].floats();
    for (std::int64_t i = 0; i < operation.inputs[0].count(); i += 4) store(f(corners_at(in + i), numbers), out + i);
}

} // namespace

void clip_boxes(const Operation &operation) { for_each_box(operation, "window", clip); }

void scale_boxes(const Operation &operation) { for_each_box(operation, "factors", scaled); }

void decode_boxes(const Operation &operation)
{
    const BoxCoder coder(operation.attributes);
    const float *codes = operation.inputs[0].floats(), *anchors = operation.inputs[1].floats();
    const float *deviations = operation.inputs.size() == 3 ? operation.inputs[2].floats() : nullptr;
    float *out = operation.outputs[0].floats();
    const std::int64_t count = operation.outputs[0].count() / 4,
                       codes_of_each = count / std::max<std::int64_t>(operation.inputs[1].shape[0], 1);
    for (std::int64_t i = 0; i < count; ++i) {
        const std::int64_t anchor = 4 * (i / codes_of_each);
        store(coder.decode(codes + coder.code_size() * i, anchors + anchor, deviations ? deviations + anchor : nullptr),
              out + 4 * i);
    }
}

namespace {

void softmax_row(const float *in, std::int64_t count, float *out)
{
    const double largest = *std::max_element(in, in + count);
    std::vector<double> powers(static_cast<std::size_t>(count));
    std::transform(in, in + count, powers.begin(), [&](float v) { return std::exp(v - largest); });
    const double sum = std::accumulate(powers.begin(), powers.end(), 0.0);
    std::transform(powers.begin(), powers.end(), out, [&](double power) { return static_cast<float>(power / sum); });
}

} // namespace

void convert_scores(const Operation &operation)
{
    const std::int64_t columns = operation.inputs[0].shape[2], rows = operation.inputs[0].shape[1];
    const std::string &converter = operation.attributes.text("converter");
    const bool slice_first = operation.attributes.text("background") == "slice_first";
    std::vector<float> converted(static_cast<std::size_t>(columns));
    for (std::int64_t r = 0; r < rows; ++r) {
        const float *in = operation.inputs[0].floats() + r * columns;
        if (converter == "softmax")
            softmax_row(in + slice_first, columns - slice_first, converted.data() + slice_first);
        else
            std::transform(in, in + columns, converted.begin(),
                           [&](float v) { return converter == "sigmoid" ? tradewind::sigmoid(v) : v; });
        std::copy(converted.begin() + 1, converted.end(), operation.outputs[0].floats() + r * (columns - 1));
    }
}

} // namespace tradewind::reference
