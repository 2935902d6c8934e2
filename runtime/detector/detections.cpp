// SPDX-License-Identifier: Apache-2.0
// From the network's normalised boxes to detections in the pixels of the picture.
#include "detector/plan.h"

#include <algorithm>

namespace tradewind {
namespace {

float pixel(float normalised, std::int64_t side)
{
    const float length = static_cast<float>(side);
    return std::clamp(normalised * length, 0.0f, length);
}

std::string label_of(const Model &model, int id)
{
    const auto found = model.labels.find(id);
    return found == model.labels.end() ? "class " + std::to_string(id) : found->second;
}

} // namespace

std::vector<Detection> to_detections(const Model &model, ImageSize picture, const Tensor &boxes, const Tensor &scores,
                                     const Tensor &classes, const Tensor &count)
{
    std::vector<Detection> detections;
    // A plugin says what the count is; it is believed as far as there are rows.
    const float said = count.floats()[0];
    const auto found = said > 0 ? static_cast<std::int64_t>(std::min(said, static_cast<float>(scores.count()))) : 0;
    for (std::int64_t i = 0; i < found; ++i) {
        const float *box = boxes.floats() + 4 * i;
        const int id = static_cast<int>(classes.floats()[i]);
        if (!std::all_of(box, box + 4, [](float corner) { return corner == corner; })) continue; // not a place
        detections.push_back({{pixel(box[0], picture.height), pixel(box[1], picture.width),
                               pixel(box[2], picture.height), pixel(box[3], picture.width)},
                              id,
                              label_of(model, id),
                              scores.floats()[i]});
    }
    return detections;
}

} // namespace tradewind
