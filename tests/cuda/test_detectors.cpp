// SPDX-License-Identifier: Apache-2.0
// All eighteen detectors on the CUDA target, with the host in the place of the device, at a small size: every value of
// the network against another target, precisions, batches.
#include "small_detectors.h"

#include "image/decode.h"
#include "targets/cuda/cuda_target.h"

#include <doctest/doctest.h>

using namespace tradewind;
using scene::small_model;

namespace {

Detector stand_in(const Model &model, Precision precision, std::size_t batch = 1)
{
    DetectorOptions options;
    options.precision = precision;
    options.batch = batch;
    return Detector(model, cuda::make_target(0), options);
}

void compare(const std::string &meta, const std::string &extractor, Precision precision, double tolerance)
{
    CAPTURE(meta);
    CAPTURE(extractor);
    CAPTURE(to_string(precision));
    const Model model = small_model(meta, extractor);
    auto other = scene::detector(model, scene::targets().back());
    auto here = stand_in(model, precision);
    scene::compare(other, here, tolerance);
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
        for (const char *extractor : scene::extractors) compare(meta, extractor, Precision::f32, 2e-5);
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
