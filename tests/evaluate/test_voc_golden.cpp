// SPDX-License-Identifier: Apache-2.0
// VOC's numbers against those of the Object Detection API's evaluator and of the devkit's rule.
#include "evaluate_sets.h"
#include "shared_data.h"

#include "evaluate/voc_evaluation.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>

using evaluate_sets::Set;
using nlohmann::json;
using tradewind::Rectangle;

namespace {

constexpr double tolerance = 1e-12;
std::size_t compared = 0;

// [ymin, xmin, ymax, xmax]
Rectangle rectangle(const json &box)
{
    const double top = box[0], left = box[1], bottom = box[2], right = box[3];
    return {left, top, right - left, bottom - top};
}

Set read_set(const std::string &path)
{
    const json data = json::parse(std::ifstream(path));
    Set set;
    for (const json &name : data.at("classes"))
        set.annotations.categories.push_back(
            {static_cast<std::int64_t>(set.annotations.categories.size()), name.get<std::string>()});
    for (const json &image : data.at("images")) {
        const auto id = static_cast<std::int64_t>(set.detections.size());
        set.annotations.images.push_back({id, image.at("id"), image.at("width"), image.at("height")});
        set.detections.push_back({id, {}});
        for (const json &box : image.at("ground_truth")) {
            auto object = evaluate_sets::object(id, box.at("class"), rectangle(box.at("box")));
            object.difficult = box.at("difficult");
            object.group_of = box.at("group_of");
            set.annotations.boxes.push_back(object);
        }
        for (const json &box : image.at("detections"))
            set.detections.back().boxes.push_back({box.at("class"), rectangle(box.at("box")), box.at("score")});
    }
    return set;
}

tradewind::VocResult evaluate(const Set &set, const tradewind::VocOptions &options)
{
    tradewind::VocEvaluation evaluation(set.annotations, options);
    evaluate_sets::add_all(evaluation, set);
    return evaluation.result();
}

void compare(double got, const json &wanted)
{
    ++compared;
    if (wanted.is_null())
        CHECK(std::isnan(got));
    else
        CHECK(std::abs(got - wanted.get<double>()) <= tolerance);
}

void compare_api(const Set &set, const json &wanted)
{
    tradewind::VocOptions options;
    options.iou = wanted.at("iou_threshold");
    options.group_of_weight = wanted.at("group_of_weight");
    const auto got = evaluate(set, options);
    compare(got.mean_average_precision, wanted.at("mAP_area"));
    compare(got.mean_eleven_point, wanted.at("mAP_11point"));
    compare(got.mean_correct_location, wanted.at("mean_CorLoc"));
    REQUIRE(got.categories.size() == wanted.at("per_class").size());
    for (const json &category : wanted.at("per_class")) {
        const auto &mine = got.categories.at(category.at("index"));
        compare(mine.objects, category.at("ground_truths"));
        compare(mine.average_precision, category.at("AP_area"));
        compare(mine.eleven_point, category.at("AP_11point"));
        compare(mine.correct_location, category.at("CorLoc"));
    }
}

void compare_devkit(const Set &set, const json &wanted, bool plus_one)
{
    tradewind::VocOptions options;
    options.iou = wanted.at("iou_threshold");
    options.plus_one = plus_one;
    options.keep_empty = true;
    const auto got = evaluate(set, options);
    compare(got.mean_average_precision, wanted.at("mAP_area"));
    compare(got.mean_eleven_point, wanted.at("mAP_11point"));
    for (const auto &[index, category] : wanted.at("per_class").items()) {
        const auto &mine = got.categories.at(std::stoul(index));
        compare(mine.average_precision, category.at("AP_area"));
        compare(mine.eleven_point, category.at("AP_11point"));
    }
}

} // namespace

TEST_CASE("VOC: every number of the golden sets")
{
    if (!have_shared("the golden sets of VOC")) return;
    compared = 0;
    for (const char *name : {"difficult", "group_of", "integer_boxes", "missing_classes", "no_detections", "one_image",
                             "twenty_classes"}) {
        CAPTURE(name);
        const std::string folder = shared_path("goldens/evaluation/voc/") + name;
        const Set set = read_set(folder + "/data.json");
        const json wanted = json::parse(std::ifstream(folder + "/expected.json"));
        for (const json &result : wanted.at("results")) {
            CAPTURE(result.at("iou_threshold").get<double>());
            CAPTURE(result.at("group_of_weight").get<double>());
            compare_api(set, result);
        }
        for (const bool plus_one : {false, true}) {
            CAPTURE(plus_one);
            const char *key = plus_one ? "devkit_rule_plus_1" : "devkit_rule_plus_0";
            if (wanted.contains(key)) compare_devkit(set, wanted.at(key), plus_one);
        }
    }
    MESSAGE(compared << " numbers compared");
    CHECK(compared == 616);
}
