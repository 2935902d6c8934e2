// SPDX-License-Identifier: Apache-2.0
// Recording.
#include "detector/golden.h"

#include "detector/golden_samples.h"
#include "tensor/error.h"

#include <algorithm>
#include <cmath>

namespace tradewind {
namespace {

std::size_t samples_of(std::int64_t count, Selection selection)
{
    constexpr std::int64_t usual = 32, most = 4096;
    return static_cast<std::size_t>(std::min(count, selection == Selection::here ? most : usual));
}

} // namespace

std::int64_t sample_index(std::size_t k, std::size_t samples, std::int64_t count)
{
    if (static_cast<std::int64_t>(samples) == count) return static_cast<std::int64_t>(k);
    return static_cast<std::int64_t>(k * std::uint64_t{2654435761} % static_cast<std::uint64_t>(count));
}

GoldenValue facts_of(const std::string &name, const Tensor &value, std::size_t samples)
{
    GoldenValue facts{name, value.shape(), 0, 0, 0, 0, {}};
    const std::int64_t count = value.count();
    if (count == 0) return facts;
    double sum = 0, squares = 0;
    facts.least = facts.most = value.floats()[0];
    for (std::int64_t i = 0; i < count; ++i) {
        const float v = value.floats()[i];
        sum += v;
        facts.least = v < facts.least || v != v ? v : facts.least; // what is no number stays
        facts.most = v > facts.most || v != v ? v : facts.most;
    }
    const double mean = sum / static_cast<double>(count);
    for (std::int64_t i = 0; i < count; ++i) squares += std::pow(value.floats()[i] - mean, 2);
    facts.mean = static_cast<float>(mean);
    facts.deviation = static_cast<float>(std::sqrt(squares / static_cast<double>(count)));
    for (std::size_t k = 0; k < samples; ++k) facts.samples.push_back(value.floats()[sample_index(k, samples, count)]);
    return facts;
}

Golden record_golden(Detector &detector, const Picture &picture, const std::string &picture_name)
{
    if (!picture_name.starts_with("picture:") && picture.rgb.size() > most_golden_pixels)
        throw Error(ErrorCode::usage,
                    "the picture has " + std::to_string(picture.width) + " x " + std::to_string(picture.height) +
                        " pixels; a bundle carries up to 1 MB of them (577 x 577): give a smaller one, or picture:HxW",
                    picture_name);
    Golden golden{picture_name, picture, detector.target().name(), {}, {}};
    const auto values = detector.trace(picture, {});
    for (const auto &place : detector.execution_order({picture.height, picture.width})) {
        const Tensor &value = values.at(place.name);
        if (value.type() == ElementType::f32)
            golden.values.push_back(facts_of(place.name, value, samples_of(value.count(), place.selection)));
    }
    if (detector.model().meta) golden.detections = detector.detect(picture);
    return golden;
}

} // namespace tradewind
