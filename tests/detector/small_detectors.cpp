// SPDX-License-Identifier: Apache-2.0
// Any of the eighteen detectors at a small size, and how far what one target computes of it is from another.
#include "small_detectors.h"

#include "image/decode.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

using namespace tradewind;

namespace scene {

Model small_model(const std::string &meta, const std::string &extractor)
{
    Settings settings =
        read_ini(std::string(std::getenv("TRADEWIND_SOURCE")) + "/configs/" + meta + "_" + extractor + "_300.ini");
    const auto set = [&](const char *key, const char *value) { settings.set(key, value, "the test"); };
    set("model.classes", "5");
    set("model.labels", "");
    if (meta == "ssd") {
        set("image.size", "140");
    } else {
        set("image.min_side", "100");
        set("meta.proposals", "12");
    }
    return seeded_model(settings);
}

double relative_difference(const Tensor &expected, const Tensor &found)
{
    REQUIRE(expected.shape() == found.shape());
    double difference = 0, size = 0;
    for (std::int64_t i = 0; i < expected.count(); ++i) {
        const double a = expected.floats()[i], b = found.floats()[i];
        difference += (a - b) * (a - b);
        size += a * a;
    }
    return difference == 0 ? 0 : std::sqrt(difference / size);
}

double compare(Detector &expected, Detector &found, double tolerance)
{
    const Picture picture = formula_picture(120, 160);
    const auto wanted = expected.trace(picture, {});
    std::map<std::string, Tensor> given;
    for (const char *name : {"proposals_normalized", "num_proposals"})
        if (wanted.count(name)) given[name] = wanted.at(name);
    const auto got = found.trace(picture, {}, given);
    int compared = 0;
    double largest = 0;
    for (const NamedPlace &place : found.execution_order({120, 160})) {
        if (place.selection == Selection::here || place.name.starts_with("detection_")) continue;
        CAPTURE(place.name);
        const double difference = relative_difference(wanted.at(place.name), got.at(place.name));
        CHECK(difference <= tolerance);
        largest = std::max(largest, difference);
        ++compared;
    }
    CHECK(compared > 20);
    return largest;
}

} // namespace scene
