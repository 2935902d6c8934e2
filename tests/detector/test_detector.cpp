// SPDX-License-Identifier: Apache-2.0
// The facade on the model that comes along: the expected detections, and the same bits whatever the circumstances.
#include "image/decode.h"
#include "scene.h"
#include "shared_data.h"
#include "tensor/error.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

using namespace tradewind;
using json = nlohmann::json;

namespace {

std::string source_path(const std::string &relative)
{
    return std::string(std::getenv("TRADEWIND_SOURCE")) + "/" + relative;
}

Model codes()
{
    return make_model(scene::registry(), read_bundle(source_path("configs/bundles/codes.safetensors")), {});
}

float overlap(const Box &a, const Box &b)
{
    const float h = std::min(a.ymax, b.ymax) - std::max(a.ymin, b.ymin),
                w = std::min(a.xmax, b.xmax) - std::max(a.xmin, b.xmin);
    if (h <= 0 || w <= 0) return 0;
    return h * w / ((a.ymax - a.ymin) * (a.xmax - a.xmin) + (b.ymax - b.ymin) * (b.xmax - b.xmin) - h * w);
}

bool matches(const json &expected, const std::vector<Detection> &found)
{
    const auto &b = expected.at("box");
    const Box box{b[0].get<float>(), b[1].get<float>(), b[2].get<float>(), b[3].get<float>()};
    for (const auto &detection : found)
        if (detection.class_id == expected.at("class").get<int>() && overlap(box, detection.box) >= 0.99f &&
            std::abs(detection.score - expected.at("score").get<float>()) <= 1e-3f)
            return true;
    return false;
}

bool same_bits(const std::vector<Detection> &a, const std::vector<Detection> &b)
{
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (std::memcmp(&a[i].box, &b[i].box, sizeof(Box)) || a[i].class_id != b[i].class_id ||
            a[i].score != b[i].score)
            return false;
    return true;
}

} // namespace

TEST_CASE("the model that comes along finds what is expected on every picture, on every target")
{
    const json expected = json::parse(scene::read_text(data_path("codes_expected.json")));
    for (const auto &target : scene::targets()) {
        auto detector = scene::detector(codes(), target);
        for (const auto &[name, record] : expected.at("images").items()) {
            CAPTURE(target);
            CAPTURE(name);
            const auto found = detector.detect(scene::picture(source_path("configs/bundles/pictures/" + name)));
            CHECK(found.size() == record.at("detections").size());
            for (const auto &detection : record.at("detections")) CHECK(matches(detection, found));
        }
    }
}

TEST_CASE("the same bits with one and two threads, a hundred times, alone or among others")
{
    const Picture desk = scene::picture(source_path("configs/bundles/pictures/desk.png"));
    const Picture board = scene::picture(source_path("configs/bundles/pictures/board.png"));
    for (const auto &target : scene::targets()) {
        CAPTURE(target);
        auto one = scene::detector(codes(), target, 1), two = scene::detector(codes(), target, 2);
        const auto first = one.detect(desk);
        CHECK_FALSE(first.empty());
        for (int run = 0; run < (target == "reference" ? 2 : 100); ++run) {
            REQUIRE(same_bits(first, two.detect(desk)));
            if (run % 10 == 0) two.detect(board);
            REQUIRE(same_bits(first, one.detect(desk)));
        }
    }
}

TEST_CASE("trace names its values, and says when a name matches nothing")
{
    auto detector = scene::detector(codes(), "reference");
    const Picture picture = formula_picture(40, 60);
    const auto stages = detector.trace(picture, {"decoded_boxes", "*/Conv2d_0"});
    CHECK(stages.at("decoded_boxes").shape() == Shape{1917, 4});
    CHECK(stages.at("FeatureExtractor/MobilenetV1/Conv2d_0").shape() == Shape{150, 150, 16});
    CHECK_THROWS_AS(detector.trace(picture, {"nothing_like_this"}), Error);
    CHECK(detector.traceable({40, 60}, {}).size() > 50);
}

TEST_CASE("a fast target that cannot be loaded is told, and the plain one is used")
{
    std::string name = std::filesystem::temp_directory_path() / "tradewind-module-XXXXXX";
    const std::filesystem::path folder = mkdtemp(name.data());
    std::ofstream(folder / "tradewind-target-onednn.so") << "no library";
    std::string said;
    const auto target = open_target("auto", {folder.string()}, [&](const std::string &line) { said += line; });
    CHECK(target->name() == "reference");
    CHECK(said.find("tradewind-target-onednn.so") != std::string::npos);
    CHECK_THROWS_AS(open_target("cpu", {folder.string()}, {}), Error);
    std::filesystem::remove_all(folder);
}

TEST_CASE("a trunk alone detects nothing and says so")
{
    auto detector =
        scene::detector(scene::seeded_model("[model]\nextractor = mobilenet_v1\n[image]\nsize = 96\n"), "reference");
    CHECK_THROWS_AS(detector.detect(formula_picture(96, 96)), Error);
}
