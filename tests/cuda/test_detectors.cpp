// SPDX-License-Identifier: Apache-2.0
// All eighteen detectors on the CUDA target, with the host in the place of the device, at a small size: every value of
// the network against another target, precisions, batches.
#include "scene.h"

#include "image/decode.h"
#include "targets/cuda/cuda_target.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>

using namespace tradewind;

namespace {

const char *const extractors[] = {"mobilenet_v1", "inception_v2", "inception_v3",
                                  "vgg16",        "resnet101",    "inception_resnet_v2"};

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
    return scene::seeded_model(settings);
}

Detector stand_in(const Model &model, Precision precision, std::size_t batch = 1)
{
    DetectorOptions options;
    options.precision = precision;
    options.batch = batch;
    return Detector(model, cuda::make_target(0), options);
}

// The root of the mean square of the difference, as a part of that of what is expected.
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

// Everything up to where rounding decides which rows are chosen; second stages on the proposals of the other target.
void compare(const std::string &meta, const std::string &extractor, Precision precision, double tolerance)
{
    CAPTURE(meta);
    CAPTURE(extractor);
    CAPTURE(to_string(precision));
    const Model model = small_model(meta, extractor);
    const Picture picture = formula_picture(120, 160);
    auto other = scene::detector(model, scene::targets().back());
    auto here = stand_in(model, precision);
    const auto expected = other.trace(picture, {});
    std::map<std::string, Tensor> given;
    if (expected.count("proposals_normalized")) given["proposals_normalized"] = expected.at("proposals_normalized");
    if (expected.count("num_proposals")) given["num_proposals"] = expected.at("num_proposals");
    const auto found = here.trace(picture, {}, given);
    int compared = 0;
    for (const NamedPlace &place : here.execution_order({120, 160})) {
        if (place.selection == Selection::here || place.name.starts_with("detection_")) continue;
        CAPTURE(place.name);
        CHECK(relative_difference(expected.at(place.name), found.at(place.name)) <= tolerance);
        ++compared;
    }
    CHECK(compared > 20);
}

bool identical(const std::vector<Detection> &a, const std::vector<Detection> &b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Detection &x, const Detection &y) {
        return x.score == y.score && x.class_id == y.class_id && x.box.ymin == y.box.ymin && x.box.xmin == y.box.xmin &&
               x.box.ymax == y.box.ymax && x.box.xmax == y.box.xmax;
    });
}

// Of one picture alone and among others, in the first run and when it was recorded.
void compare_batches(const std::string &meta, Precision precision)
{
    CAPTURE(meta);
    const Model model = small_model(meta, "mobilenet_v1");
    auto alone = stand_in(model, precision), together = stand_in(model, precision, 3);
    const std::vector<Picture> pictures{formula_picture(120, 160), formula_picture(160, 120), formula_picture(90, 120),
                                        formula_picture(240, 320), formula_picture(121, 160)};
    for (int round = 0; round < 3; ++round) {
        const auto found = together.detect(std::span(pictures));
        REQUIRE(found.size() == pictures.size());
        for (std::size_t i = 0; i < pictures.size(); ++i) {
            const auto one = alone.detect(pictures[i]);
            CHECK(one.size() > 3);
            CHECK(identical(one, found[i]));
        }
    }
}

} // namespace

TEST_CASE("every detector computes the same with the host in the place of a GPU")
{
    for (const char *meta : {"ssd", "faster_rcnn", "rfcn"})
        for (const char *extractor : extractors) compare(meta, extractor, Precision::f32, 2e-5);
}

TEST_CASE("detectors in 16 bits are as far away as their rounding")
{
    for (const char *meta : {"ssd", "faster_rcnn", "rfcn"}) {
        compare(meta, "mobilenet_v1", Precision::f16, 1e-2);
        compare(meta, "inception_v2", Precision::bf16, 8e-2);
    }
}

TEST_CASE("a picture has the same detections in any slot and beside any neighbours")
{
    for (const char *meta : {"ssd", "faster_rcnn", "rfcn"})
        for (const Precision precision : {Precision::f32, Precision::f16}) compare_batches(meta, precision);
}
