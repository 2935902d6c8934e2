// SPDX-License-Identifier: Apache-2.0
// Three models with weights of their own, imported from their published files, against the reference implementation.
#include "golden.h"
#include "scene.h"

#include "shared_data.h"
#include "weights/importers/import.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace tradewind;

namespace {

// Builds without the importers read safetensors only.
bool have_importers(const char *what)
{
    if (std::string(std::getenv("TRADEWIND_IMPORTERS") ? std::getenv("TRADEWIND_IMPORTERS") : "1") == "1") return true;
    say_skipped(what, "the importers");
    return false;
}

Model real_model(const std::string &config, const std::string &weights)
{
    Settings overrides = read_ini(std::string(std::getenv("TRADEWIND_SOURCE")) + "/configs/" + config);
    overrides.set("meta.score_threshold", "1e-8", "test"); // of the reference runs
    return make_model(scene::registry(), import_weights(shared_path(weights)), overrides);
}

Picture picture_of(const Tensor &inputs, std::int64_t index)
{
    Picture picture;
    picture.height = inputs.shape()[1];
    picture.width = inputs.shape()[2];
    const auto bytes = static_cast<std::size_t>(picture.height * picture.width * 3);
    const auto *first = reinterpret_cast<const std::uint8_t *>(inputs.data()) + bytes * static_cast<std::size_t>(index);
    picture.rgb.assign(first, first + bytes);
    return picture;
}

golden::Detections detections(const std::map<std::string, Tensor> &from)
{
    return {from.at("detection_boxes"), from.at("detection_scores"), from.at("detection_classes")};
}

golden::Detections golden_detections(const std::map<std::string, Tensor> &golden_run, const std::string &prefix,
                                     std::int64_t i)
{
    return {golden::slice(golden_run.at(prefix + "detection_boxes"), i),
            golden::slice(golden_run.at(prefix + "detection_scores"), i),
            golden::slice(golden_run.at(prefix + "detection_classes"), i)};
}

} // namespace

TEST_CASE(
    "the float COCO model: raw outputs and detections of twelve pictures, from the frozen graph and from safetensors")
{
    if (!have_shared("the real COCO model") || !have_importers("the real COCO model")) return;
    const auto expected = golden::tensors("real/ssd_mobilenet_v1_075_coco.safetensors");
    for (const char *file : {"goldens/real/ssd_mobilenet_v1_075_coco_float.pb",
                             "goldens/real/ssd_mobilenet_v1_075_coco_float.safetensors"})
        for (const auto &target : scene::targets()) {
            if (target == "reference" && std::string(file).ends_with(".safetensors"))
                continue; // the same weights, slowly
            CAPTURE(file);
            CAPTURE(target);
            auto detector = scene::detector(real_model("ssd_mobilenet_v1_300_075.ini", file), target);
            for (std::int64_t i = 0; i < 12; ++i) {
                CAPTURE(i);
                const auto values = detector.trace(picture_of(expected.at("inputs"), i), {});
                CHECK(golden::largest_difference(values.at("anchors"), expected.at("anchors_generated_g2")) <= 2e-7);
                CHECK(golden::largest_difference(values.at("box_encodings"),
                                                 golden::slice(expected.at("float.box_encodings"), i)) <= 1e-4);
                const auto largest = golden::largest_of(values.at("class_logits"));
                CHECK(golden::largest_difference(largest.logits, golden::slice(expected.at("float.max_logit"), i)) <=
                      1e-4);
                CHECK(golden::largest_difference(largest.classes, golden::floats_of(golden::slice(
                                                                      expected.at("float.argmax_class"), i))) == 0);
                if (i == 0)
                    CHECK(golden::largest_difference(values.at("class_logits"),
                                                     expected.at("float.class_logits.dog")) <= 1e-4);
                CHECK(golden::disagreement(golden_detections(expected, "float.od_api.", i), detections(values), 0.3f,
                                           0.99f, 1e-3f) == "");
            }
        }
}

// Folding its batch norms into float32 weights alone moves the raw outputs by 3e-4: variances near 0 make large scales.
TEST_CASE("person, cat, dog: a frozen graph with batch norms of its own")
{
    if (!have_shared("the real person, cat and dog model") || !have_importers("the real person, cat and dog model"))
        return;
    const auto expected = golden::tensors("real/aiy_mobilenet_ssd_256_0125.safetensors");
    for (const auto &target : scene::targets()) {
        CAPTURE(target);
        auto detector =
            scene::detector(real_model("ssd_mobilenet_v1_256_0125_pets.ini",
                                       "assets/weights/aiy_tf_models/mobilenet_ssd_256res_0.125_person_cat_dog.pb"),
                            target);
        for (std::int64_t i = 0; i < 8; ++i) {
            CAPTURE(i);
            const auto values = detector.trace(picture_of(expected.at("inputs"), i), {});
            CHECK(golden::largest_difference(values.at("anchors"), expected.at("anchors")) <= 1e-6);
            CHECK(golden::largest_difference(values.at("box_encodings"),
                                             golden::slice(expected.at("box_encodings"), i)) <= 1e-3);
            CHECK(golden::largest_difference(values.at("class_logits"),
                                             golden::slice(expected.at("class_logits"), i)) <= 1e-3);
            CHECK(golden::largest_difference(values.at("decoded_boxes"),
                                             golden::slice(expected.at("decoded_boxes"), i)) <= 1e-4);
            CHECK(golden::disagreement(golden_detections(expected, "", i), detections(values), 0.3f, 0.99f, 1e-3f) ==
                  "");
        }
    }
}

TEST_CASE("an untrained frozen graph: raw outputs, and its top hundred as a set")
{
    if (!have_shared("the untrained frozen graph") || !have_importers("the untrained frozen graph")) return;
    const auto expected = golden::tensors("real/embedded_ssd_mobilenet_v1.safetensors");
    const char *names[] = {"dog", "person", "horses", "coco_000000143931"};
    for (const auto &target : scene::targets()) {
        CAPTURE(target);
        auto detector =
            scene::detector(real_model("ssd_mobilenet_v1_256_0125.ini",
                                       "assets/weights/embedded_ssd_mobilenet_v1_frozen/frozen_inference_graph.pb"),
                            target);
        for (std::int64_t i = 0; i < 4; ++i) {
            CAPTURE(i);
            const auto values =
                detector.trace(scene::picture(shared_path(std::string("goldens/pictures/") + names[i] + ".png")), {});
            CHECK(golden::largest_difference(values.at("anchors"), expected.at("anchors")) <= 1e-6);
            CHECK(golden::largest_difference(values.at("box_encodings"),
                                             golden::slice(expected.at("box_encodings"), i)) <= 1e-4);
            CHECK(golden::largest_difference(values.at("class_logits"),
                                             golden::slice(expected.at("class_logits"), i)) <= 1e-4);
            CHECK(golden::disagreement(golden_detections(expected, "", i), detections(values), 0.0f, 0.99f, 1e-3f) ==
                  "");
        }
    }
}
