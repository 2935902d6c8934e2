// SPDX-License-Identifier: Apache-2.0
// What two-stage detectors do between their networks, fed with the stored results of the networks: proposals, crops,
// position-sensitive crops and detections of whole pictures, on every target. The stored order must result.
#include "made_up.h"
#include "scene.h"
#include "shared_data.h"
#include "weights/bundle.h"
#include "weights/seeded.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cmath>

using namespace tradewind;
using namespace made_up;

namespace {

using Tensors = std::map<std::string, Tensor>;

struct Golden {
    explicit Golden(const std::string &name)
        : tensors(read_bundle(shared_path("goldens/" + name + ".safetensors")).weights.tensors),
          told(nlohmann::json::parse(scene::read_text(shared_path("goldens/" + name + ".json"))))
    {
    }

    const Tensor &operator[](const std::string &key) const { return tensors.at(key); }

    // ymin, xmin, ymax, xmax of the resized picture.
    Reals window() const
    {
        const auto &size = told.at("input").at("resized");
        return {0, 0, size[0].get<double>(), size[1].get<double>()};
    }

    Tensors tensors;
    nlohmann::json told;
};

std::vector<std::string> pictures()
{
    std::vector<std::string> names;
    for (const std::string family : {"faster_rcnn", "rfcn"})
        for (const auto &entry : std::filesystem::directory_iterator(shared_path("goldens/" + family)))
            if (entry.path().extension() == ".safetensors" && entry.path().stem() != "crop_border")
                names.push_back(family + "/" + entry.path().stem().string());
    return names;
}

double largest_difference(const Tensor &a, const Tensor &b)
{
    if (a.count() != b.count()) return INFINITY;
    double worst = 0;
    for (std::int64_t i = 0; i < a.count(); ++i) {
        const double d = std::abs(double{a.floats()[i]} - double{b.floats()[i]});
        if (!(d <= worst)) worst = d;
        if (std::isnan(d)) return INFINITY;
    }
    return worst;
}

double deviation(const Tensor &tensor)
{
    double sum = 0, squares = 0;
    const auto count = static_cast<double>(tensor.count());
    for (const float v : floats(tensor)) {
        sum += v;
        squares += double{v} * double{v};
    }
    return std::sqrt(squares / count - sum / count * (sum / count));
}

bool identical(const Tensor &a, const Tensor &b)
{
    return a.count() == b.count() && std::memcmp(a.data(), b.data(), a.bytes()) == 0;
}

std::vector<std::int32_t> integers(const Tensor &tensor)
{
    const auto *values = reinterpret_cast<const std::int32_t *>(tensor.data());
    return {values, values + tensor.count()};
}

std::vector<std::int32_t> rounded(const Tensor &tensor)
{
    const auto values = floats(tensor);
    return {values.begin(), values.end()};
}

Tensor count_of(std::int64_t rows) { return tensor({1}, {static_cast<float>(rows)}); }

Tensor only(const one_op::Call &call, const std::string &target) { return one_op::run(call, target).at(0); }

void check_anchors(const Golden &golden, const std::string &target)
{
    const auto &map = golden.told.at("feature_map");
    const double stride = golden.told.at("rpn").at("anchor_stride");
    const Tensor anchors = only(
        {"grid_anchors", attributes({{"stride", Reals{stride, stride}}}), {Tensor({1, map[1], map[2], 1})}}, target);
    CHECK(largest_difference(golden["anchors_unclipped"], anchors) <= 5e-5);
    const Tensor clipped = only({"clip_boxes", attributes({{"window", golden.window()}}), {anchors}}, target);
    CHECK(largest_difference(golden["anchors"], clipped) <= 5e-5);
}

void check_proposals(const Golden &golden, const std::string &target)
{
    const auto &stage = golden.told.at("first_stage");
    const std::int64_t rows = golden["anchors"].shape()[0];
    const auto got = one_op::run({"proposals",
                                  attributes({{"score_threshold", stage.at("score_threshold").get<double>()},
                                              {"iou_threshold", stage.at("iou_threshold").get<double>()},
                                              {"max_proposals", stage.at("max_proposals").get<std::int64_t>()},
                                              {"window", golden.window()},
                                              {"generation", std::string("g1")}}),
                                  {golden["rpn_box_encodings"].reshaped({1, rows, 4}),
                                   golden["rpn_objectness"].reshaped({1, rows, 2}), golden["anchors"]}},
                                 target);
    CHECK(got[2].floats()[0] == static_cast<float>(integers(golden["num_proposals"])[0]));
    CHECK(rounded(got[3]) == integers(golden["proposal_anchor_index"]));
    CHECK(largest_difference(golden["proposals_normalized"], got[0]) <= 1e-6);
    CHECK(largest_difference(golden["proposal_scores"], got[1]) <= 1e-6);
}

Tensor check_pixels(const Golden &golden, const std::string &target)
{
    const Reals window = golden.window();
    const Tensor pixels = only({"scale_boxes",
                                attributes({{"factors", Reals{window[2], window[3], window[2], window[3]}}}),
                                {golden["proposals_normalized"]}},
                               target);
    CHECK(identical(golden["proposals_absolute"], pixels));
    return pixels;
}

void check_detections(const Golden &golden, const Tensor &pixels, const std::string &target)
{
    const auto &stage = golden.told.at("second_stage");
    const std::int64_t rows = pixels.shape()[0], classes = golden.told.at("classes");
    const Tensor boxes =
        only({"decode_boxes", {}, {golden["refined_box_encodings"].reshaped({1, rows, classes, 4}), pixels}}, target);
    const Tensor scores = only({"convert_scores",
                                attributes({{"converter", std::string("softmax")}}),
                                {golden["class_logits"].reshaped({1, rows, classes + 1})}},
                               target);
    const auto got = one_op::run({"multiclass_nms",
                                  attributes({{"score_threshold", stage.at("score_threshold").get<double>()},
                                              {"iou_threshold", stage.at("iou_threshold").get<double>()},
                                              {"max_per_class", stage.at("max_per_class").get<std::int64_t>()},
                                              {"max_total", stage.at("max_total").get<std::int64_t>()},
                                              {"generation", std::string("g1")},
                                              {"clip_window", golden.window()},
                                              {"change_frame", std::int64_t{1}}}),
                                  {boxes, scores, count_of(rows)}},
                                 target);
    std::vector<std::int32_t> from_zero = rounded(got[2]);
    for (auto &label : from_zero) --label;
    CHECK(got[3].floats()[0] == golden["num_detections"].floats()[0]);
    CHECK(from_zero == rounded(golden["detection_classes"]));
    CHECK(largest_difference(golden["detection_boxes"], got[0]) <= 1e-6);
    CHECK(largest_difference(golden["detection_scores"], got[1]) <= 1e-6);
}

one_op::Call binned(const char *op, std::int64_t bins, std::int64_t crop, const Tensor &map, const Tensor &boxes)
{
    const Shape &shape = map.shape();
    const Shape whole = shape.size() == 3 ? Shape{1, shape[0], shape[1], shape[2]} : shape;
    return {op,
            attributes({{"bins", Integers{bins, bins}}, {"crop", Integers{crop, crop}}}),
            {map.reshaped(whole), boxes, count_of(boxes.shape()[0])}};
}

} // namespace

TEST_CASE("anchors, proposals and detections of every two-stage picture, in the stored order")
{
    if (!have_shared("two-stage pictures")) return;
    const auto names = pictures();
    CHECK(names.size() == 18);
    for (const std::string &name : names) {
        const Golden golden(name);
        for (const auto &target : one_op::targets()) {
            CAPTURE(name);
            CAPTURE(target);
            check_anchors(golden, target);
            check_proposals(golden, target);
            check_detections(golden, check_pixels(golden, target), target);
        }
    }
}

TEST_CASE("crops of boxes that end on the border, bit for bit")
{
    if (!have_shared("crop_border")) return;
    const Golden golden("faster_rcnn/crop_border");
    const Tensor &boxes = golden["boxes"];
    for (const auto &target : one_op::targets()) {
        CAPTURE(target);
        for (const std::int64_t size : {14, 17}) {
            const Tensor crops = only({"crop_and_resize",
                                       attributes({{"crop", Integers{size, size}}}),
                                       {golden["image"].reshaped({1, 19, 25, 2}), boxes, count_of(96)}},
                                      target);
            CHECK(identical(golden["crops_" + std::to_string(size)], crops));
        }
        for (const auto &[bins, crop] : {std::pair{3, 18}, {3, 12}, {7, 21}}) {
            CAPTURE(crop);
            const std::string of = std::to_string(bins) + "bins";
            const Tensor pooled =
                only(binned("position_sensitive_crop", bins, crop, golden["map_" + of], boxes), target);
            CHECK(largest_difference(golden["pooled_" + of + "_crop" + std::to_string(crop)], pooled) <= 1e-6);
        }
    }
}

TEST_CASE("the score maps of an R-FCN, pooled, and predictions without the maps")
{
    if (!have_shared("R-FCN score maps")) return;
    const Golden golden("rfcn/mobilenet_v1");
    const Tensor &boxes = golden["proposals_normalized"];
    struct Output {
        const char *map, *pooled, *layer;
    };
    for (const auto &[map, name, layer] :
         {Output{"refined_locations_map", "refined_box_encodings", "refined_locations"},
          Output{"class_predictions_map", "class_logits", "class_predictions"}}) {
        const Tensor &expected = golden[name];
        const std::int64_t filters = golden[map].shape()[3], channels = golden["reduce_depth"].shape()[3];
        const std::string scope = std::string("SecondStageBoxPredictor/") + layer + "/";
        for (const auto &target : one_op::targets()) {
            CAPTURE(name);
            CAPTURE(target);
            CHECK(largest_difference(
                      expected, only(binned("position_sensitive_crop", 3, 12, golden[map], boxes), target)) <= 1e-6);
            one_op::Call call = binned("position_sensitive_predict", 3, 12, golden["reduce_depth"], boxes);
            call.attributes.set("filters", filters);
            call.attributes.set("bias", std::int64_t{1});
            call.weights = {{"weights", seeded_tensor(scope + "weights", {1, 1, channels, filters})},
                            {"biases", seeded_tensor(scope + "biases", {filters})}};
            CHECK(largest_difference(expected, only(call, target)) <= 2e-5 * deviation(expected));
        }
    }
}
