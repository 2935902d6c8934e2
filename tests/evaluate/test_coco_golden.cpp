// SPDX-License-Identifier: Apache-2.0
// All bits of what pycocotools computes.
#include "evaluate/coco_evaluation.h"
#include "files.h"
#include "shared_data.h"
#include "small_set.h"
#include "weights/sha256.h"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <set>

using namespace tradewind;
using nlohmann::json;

namespace {

double from_hexadecimal(const json &text) { return std::strtod(text.get<std::string>().c_str(), nullptr); }

void check_numbers(const CocoResult &result, const json &expected)
{
    REQUIRE(expected.at("stats_hex").size() == 12);
    REQUIRE(result.numbers.size() == 12);
    for (const auto &[name, value] : expected.at("stats_hex").items()) {
        INFO(name);
        CHECK(result.number(name) == from_hexadecimal(value));
    }
}

void check_categories(const CocoResult &result, const json &expected)
{
    REQUIRE(result.categories.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const CocoCategory &category = result.categories[i];
        INFO(category.id);
        CHECK(category.id == expected[i].at("category_id").get<std::int64_t>());
        CHECK(category.ap == expected[i].at("AP").get<double>());
        CHECK(category.ap50 == expected[i].at("AP50").get<double>());
        CHECK(category.ar == expected[i].at("AR100").get<double>());
        CHECK(category.annotations == expected[i].at("ground_truths").get<std::size_t>());
    }
}

void check_arrays(const CocoResult &result, const json &expected)
{
    REQUIRE(expected.size() == 3);
    for (const auto &[name, described] : expected.items()) {
        INFO(name);
        const std::vector<double> &array = name == "precision" ? result.arrays.precision
                                           : name == "scores"  ? result.arrays.scores
                                                               : result.arrays.recall;
        CHECK(sha256(std::as_bytes(std::span(array))) == described.at("sha256").get<std::string>());
    }
}

void check_all(const CocoResult &result, const std::string &folder)
{
    const json expected = json::parse(files::read(folder + "/expected.json"));
    CHECK(result.pictures == expected.at("images").get<std::size_t>());
    check_numbers(result, expected);
    check_categories(result, expected.at("per_category"));
    check_arrays(result, expected.at("arrays"));
}

CocoResult evaluate(const std::string &annotations_path, const std::string &results_path)
{
    const Annotations annotations = read_annotations(annotations_path);
    return small_set::evaluate(annotations, read_detections(results_path, annotations));
}

} // namespace

TEST_CASE("made-up sets")
{
    if (!have_shared("COCO's made-up sets")) return;
    for (const char *set : {"areas_extreme", "crowds_integer", "no_detections", "no_ground_truth", "one_image",
                            "only_crowds", "over_100_detections", "small_ties"}) {
        INFO(set);
        const std::string folder = shared_path(std::string("goldens/evaluation/coco/") + set);
        check_all(evaluate(folder + "/ground_truth.json", folder + "/detections.json"), folder);
    }
}

TEST_CASE("detections of unknown pictures are refused; without them the numbers agree")
{
    if (!have_shared("COCO's large set")) return;
    const std::string folder = shared_path("goldens/evaluation/coco/large_80");
    const Annotations annotations = read_annotations(folder + "/ground_truth.json");
    CHECK(files::contains(files::message_of([&] { read_detections(folder + "/detections.json", annotations); }),
                          "detections are of images that"));
    std::set<std::int64_t> known;
    for (const AnnotatedImage &image : annotations.images) known.insert(image.id);
    json kept = json::array();
    for (const json &one : json::parse(files::read(folder + "/detections.json")))
        if (known.contains(one.at("image_id").get<std::int64_t>())) kept.push_back(one);
    const files::Folder mine;
    files::write(mine / "kept.json", kept.dump());
    check_all(small_set::evaluate(annotations, read_detections(mine / "kept.json", annotations)), folder);
}

TEST_CASE("a real detector on real pictures")
{
    if (!have_shared("COCO's real set")) return;
    const std::string annotations = shared_path("assets/datasets/coco_val2017_dev/instances_val2017_dev.json");
    if (!std::filesystem::exists(annotations)) return say_skipped("COCO's real set", "../shared/assets/datasets");
    const std::string folder = shared_path("goldens/evaluation/coco/real_coco_val2017_dev");
    check_all(evaluate(annotations, folder + "/detections.json"), folder);
}

TEST_CASE("thresholds")
{
    if (!have_shared("COCO's thresholds")) return;
    const json expected = json::parse(files::read(shared_path("goldens/evaluation/coco/thresholds.json")));
    const CocoResult result = small_set::evaluate(small_set::of({1}, {1}), {});
    CHECK(result.arrays.iou_thresholds == expected.at("iou_thresholds").get<std::vector<double>>());
    CHECK(result.arrays.recall_thresholds == expected.at("recall_thresholds").get<std::vector<double>>());
}

TEST_CASE("a set of the project's own, with ties, crowds, bounds and ids in no order")
{
    const std::string folder = data_path("coco_odd");
    check_all(evaluate(folder + "/annotations.json", folder + "/results.json"), folder);
}
