// SPDX-License-Identifier: Apache-2.0
// SSD MobileNet V1 with seeded weights in both generations, stage by stage, on every target.
#include "golden.h"
#include "scene.h"

#include "image/decode.h"
#include "shared_data.h"

#include <doctest/doctest.h>

using namespace tradewind;

namespace {

std::string config(const std::string &generation)
{
    return "[model]\nmeta = ssd\nextractor = mobilenet_v1\nclasses = 90\ngeneration = " + generation +
           "\n[image]\nsize = 300\n[extractor]\nmin_depth = 16\n[meta]\nscore_threshold = 1e-8\n";
}

golden::Detections detections(const std::map<std::string, Tensor> &from, const std::string &prefix)
{
    return {from.at(prefix + "detection_boxes"), from.at(prefix + "detection_scores"),
            from.at(prefix + "detection_classes")};
}

// The rows from `first` on.
Tensor tail(const Tensor &tensor, std::int64_t first)
{
    Shape shape = tensor.shape();
    const std::int64_t row = tensor.count() / shape[0];
    shape[0] -= first;
    Tensor part(shape);
    std::memcpy(part.data(), tensor.floats() + first * row, part.bytes());
    return part;
}

// Scores of random weights lie close together, so detections are compared as a set.
void compare_detections(const std::map<std::string, Tensor> &golden_run, const std::map<std::string, Tensor> &values,
                        const std::string &prefix)
{
    const auto expected = detections(golden_run, prefix), got = detections(values, "");
    CHECK(golden::disagreement(expected, got, 0.0f, 0.9999f, 1e-5f) == "");
    CHECK(values.at("num_detections").floats()[0] == golden_run.at(prefix + "num_detections").floats()[0]);
}

// Runs on larger pictures keep the largest logit of each anchor, and its class.
void check_logits(const std::map<std::string, Tensor> &golden_run, const std::string &prefix, const Tensor &logits)
{
    if (golden_run.count(prefix + "class_logits")) {
        CHECK(golden::largest_difference(logits, golden_run.at(prefix + "class_logits")) <= 1e-4);
        return;
    }
    const auto largest = golden::largest_of(logits);
    CHECK(golden::largest_difference(largest.logits, golden_run.at(prefix + "max_logit")) <= 1e-4);
    CHECK(golden::largest_difference(largest.classes, golden::floats_of(golden_run.at(prefix + "argmax_class"))) == 0);
}

} // namespace

TEST_CASE("generation 2: encodings, logits, anchors, boxes, detections")
{
    if (!have_shared("golden SSD MobileNet V1, generation 2")) return;
    const auto expected = golden::tensors("ssd/ssd_mobilenet_v1.safetensors");
    for (const auto &target : scene::targets()) {
        CAPTURE(target);
        auto detector = scene::detector(scene::seeded_model(config("g2")), target);
        for (const auto &[tag, height, width] : {std::tuple{"300x300.", 300, 300}, std::tuple{"427x640.", 427, 640}}) {
            CAPTURE(tag);
            const std::string prefix = tag;
            const auto values = detector.trace(formula_picture(height, width), {});
            CHECK(golden::largest_difference(values.at("anchors"), expected.at("anchors")) <= 2e-7);
            CHECK(golden::largest_difference(values.at("box_encodings"), expected.at(prefix + "box_encodings")) <=
                  1e-4);
            CHECK(golden::largest_difference(values.at("decoded_boxes"), expected.at(prefix + "decoded_boxes")) <=
                  1e-5);
            check_logits(expected, prefix, values.at("class_logits"));
            compare_detections(expected, values, prefix);
        }
    }
}

TEST_CASE("generation 1: anchor order and even padding")
{
    if (!have_shared("golden SSD MobileNet V1, generation 1")) return;
    const auto expected = golden::tensors("ssd/ssd_mobilenet_v1.safetensors");
    for (const auto &target : scene::targets()) {
        CAPTURE(target);
        auto detector = scene::detector(scene::seeded_model(config("g1")), target);
        const auto values = detector.trace(formula_picture(300, 300), {});
        CHECK(golden::largest_difference(values.at("anchors"), expected.at("g1.anchors")) <= 2e-7);
        CHECK(golden::largest_difference(tail(values.at("box_encodings"), 1833),
                                         expected.at("g1.300x300.box_encodings")) <= 1e-4);
        CHECK(golden::largest_difference(tail(values.at("class_logits"), 1833),
                                         expected.at("g1.300x300.class_logits")) <= 1e-4);
        CHECK(golden::largest_difference(values.at("decoded_boxes"), expected.at("g1.300x300.decoded_boxes")) <= 1e-5);
        compare_detections(expected, values, "g1.300x300.");
    }
}

TEST_CASE("the fused end of the network finds what the separate ops find")
{
    for (const auto &target : scene::targets()) {
        CAPTURE(target);
        auto detector = scene::detector(scene::seeded_model(config("g2")), target);
        const Picture picture = formula_picture(300, 300);
        const auto values = detector.trace(picture, {});
        const auto found = detector.detect(picture);
        REQUIRE(found.size() == static_cast<std::size_t>(values.at("num_detections").floats()[0]));
        for (std::size_t i = 0; i < found.size(); ++i) {
            CHECK(found[i].score == values.at("detection_scores").floats()[i]);
            CHECK(static_cast<float>(found[i].class_id) == values.at("detection_classes").floats()[i]);
            const float *box = values.at("detection_boxes").floats() + 4 * i;
            const Box pixels{box[0] * 300.0f, box[1] * 300.0f, box[2] * 300.0f, box[3] * 300.0f};
            CHECK(std::memcmp(&found[i].box, &pixels, sizeof pixels) == 0);
        }
    }
}
