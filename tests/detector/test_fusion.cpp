// SPDX-License-Identifier: Apache-2.0
// Fusion against numbers worked out by hand and against direct definitions.
#include "detector/fusion.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

using namespace tradewind;

namespace {

Detection at(float ymin, float xmin, float ymax, float xmax, float score, int id = 1)
{
    return {{ymin, xmin, ymax, xmax}, id, "class " + std::to_string(id), score};
}

double area(const Box &b) { return (double(b.ymax) - b.ymin) * (double(b.xmax) - b.xmin); }

double iou_in_double(const Box &a, const Box &b)
{
    const double h = std::min(a.ymax, b.ymax) - std::max(a.ymin, b.ymin),
                 w = std::min(a.xmax, b.xmax) - std::max(a.xmin, b.xmin);
    return h <= 0 || w <= 0 ? 0 : h * w / (area(a) + area(b) - h * w);
}

DetectionList random_detections(std::mt19937 &numbers, int count)
{
    std::uniform_real_distribution<float> place(0, 60), side(10, 40), score(0.01f, 1);
    DetectionList list;
    for (int i = 0; i < count; ++i) {
        const float y = place(numbers), x = place(numbers);
        list.push_back(at(y, x, y + side(numbers), x + side(numbers), score(numbers), 1 + i % 3));
    }
    return list;
}

bool same(const Detection &a, const Detection &b)
{
    return a.class_id == b.class_id && a.score == b.score && a.box.ymin == b.box.ymin && a.box.xmin == b.box.xmin &&
           a.box.ymax == b.box.ymax && a.box.xmax == b.box.xmax;
}

bool same(const DetectionList &a, const DetectionList &b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](auto &x, auto &y) { return same(x, y); });
}

FusionOptions options_of(FusionMethod method)
{
    FusionOptions options;
    options.method = method;
    return options;
}

} // namespace

TEST_CASE("suppression keeps what no better kept box of its class overlaps by more than the threshold")
{
    std::mt19937 numbers(5);
    for (int round = 0; round < 200; ++round) {
        const DetectionList given = random_detections(numbers, 40);
        const float threshold = 0.1f + 0.004f * static_cast<float>(round);
        const DetectionList kept = non_maximum_suppression(given, threshold);
        REQUIRE(std::is_sorted(kept.begin(), kept.end(), [](auto &a, auto &b) { return a.score > b.score; }));
        for (const auto &one : given) {
            const bool stays = std::any_of(kept.begin(), kept.end(), [&](auto &k) { return same(k, one); });
            const bool beaten = std::any_of(kept.begin(), kept.end(), [&](auto &k) {
                return k.class_id == one.class_id && k.score > one.score && iou_in_double(k.box, one.box) > threshold;
            });
            REQUIRE(stays != beaten);
        }
    }
}

TEST_CASE("the most that may stay are the first of all that would")
{
    std::mt19937 numbers(7);
    const DetectionList given = random_detections(numbers, 60);
    for (const std::size_t most : {0, 1, 5, 12}) {
        auto all = non_maximum_suppression(given, 0.3f), soft = soft_non_maximum_suppression(given, 0.5f, 0);
        REQUIRE((all.size() > 12 && soft.size() == given.size()));
        all.resize(most);
        soft.resize(most);
        CHECK(same(all, non_maximum_suppression(given, 0.3f, most)));
        CHECK(same(soft, soft_non_maximum_suppression(given, 0.5f, 0, most)));
    }
}

TEST_CASE("ties go to the first, overlap at the threshold is no overlap, classes do not meet")
{
    // Two halves of a 2 x 1 box each overlap it by exactly 1/2.
    const Detection whole = at(0, 0, 2, 1, 0.5f), upper = at(0, 0, 1, 1, 0.5f), other = at(0, 0, 2, 1, 0.4f, 2);
    CHECK(same(non_maximum_suppression({whole, upper}, 0.49f), {whole}));
    CHECK(same(non_maximum_suppression({upper, whole}, 0.49f), {upper}));
    CHECK(same(non_maximum_suppression({whole, upper}, 0.5f), {whole, upper}));
    CHECK(same(non_maximum_suppression({whole, other}, 0.1f), {whole, other}));
    CHECK(same(soft_non_maximum_suppression({whole, other}, 0.5f, 0), {whole, other}));
    CHECK(weighted_boxes_fusion({{whole}, {other}}, {}, 0.1f).size() == 2);
}

TEST_CASE("soft suppression multiplies scores by exp(-iou^2 / sigma), again for each box that is taken")
{
    // B overlaps A by 1/2; C overlaps A by 1/4, B by 1/2: A = [0,4), B = [0,2), C = [0,1) of one column.
    const DetectionList given = {at(0, 0, 4, 1, 0.9f), at(0, 0, 2, 1, 0.8f), at(0, 0, 1, 1, 0.7f)};
    const auto kept = soft_non_maximum_suppression(given, 0.5f, 0);
    REQUIRE(kept.size() == 3);
    CHECK(kept[0].score == 0.9f);
    // After A: B = 0.8 exp(-0.25 / 0.5) = 0.485225, C = 0.7 exp(-0.0625 / 0.5) = 0.617748. C is taken, then B.
    CHECK(kept[1].box.ymax == 1);
    CHECK(kept[1].score == doctest::Approx(0.6177477).epsilon(1e-6));
    CHECK(kept[2].score == doctest::Approx(0.4852245 * 0.6065307).epsilon(1e-6));
    CHECK(soft_non_maximum_suppression(given, 0.5f, 0.3f).size() == 2);
}

TEST_CASE("weighted boxes fusion averages corners by score and lowers what few models see")
{
    const std::vector<DetectionList> models = {
        {at(0, 0, 10, 10, 0.8f)}, {at(1, 1, 11, 11, 0.4f)}, {at(50, 50, 60, 60, 0.9f)}};
    const auto fused = weighted_boxes_fusion(models, {}, 0.55f);
    REQUIRE(fused.size() == 2);
    // (0.8 + 0.4) / 2 * 2/3; corners (0.8 * 0 + 0.4 * 1) / 1.2.
    CHECK(fused[0].score == doctest::Approx(0.4).epsilon(1e-6));
    CHECK(fused[0].box.ymin == doctest::Approx(1.0 / 3).epsilon(1e-6));
    CHECK(fused[0].box.xmax == doctest::Approx(10 + 1.0 / 3).epsilon(1e-6));
    CHECK(fused[1].score == doctest::Approx(0.3).epsilon(1e-6)); // 0.9 * 1/3
    CHECK(fused[1].box.ymin == 50);
}

TEST_CASE("weights of models in weighted boxes fusion")
{
    // Weights 2, 1: score = (1.6 + 0.4) / 3, corners (1.6 * 0 + 0.4 * 1) / 2; the box of one model: 0.5 * 1 / 3.
    const auto fused = weighted_boxes_fusion(
        {{at(0, 0, 10, 10, 0.8f)}, {at(1, 1, 11, 11, 0.4f), at(30, 0, 40, 9, 0.5f)}}, {2, 1}, 0.55f);
    REQUIRE(fused.size() == 2);
    CHECK(fused[0].score == doctest::Approx(2.0 / 3).epsilon(1e-6));
    CHECK(fused[0].box.ymin == doctest::Approx(0.2).epsilon(1e-6));
    CHECK(fused[1].score == doctest::Approx(0.5 / 3).epsilon(1e-6));
    // Two boxes of one model count as one model.
    const auto twice = weighted_boxes_fusion({{at(0, 0, 10, 10, 0.8f), at(0, 0, 10, 10, 0.6f)}, {}}, {}, 0.55f);
    REQUIRE(twice.size() == 1);
    CHECK(twice[0].score == doctest::Approx(0.35).epsilon(1e-6));
}

TEST_CASE("a box joins the fused box that it overlaps most")
{
    // Between two boxes that do not meet the threshold with one another; nearer to the second, which is worse.
    const auto fused =
        weighted_boxes_fusion({{at(0, 0, 10, 10, 0.9f), at(6, 0, 16, 10, 0.8f)}, {at(4, 0, 14, 10, 0.7f)}}, {}, 0.3f);
    REQUIRE(fused.size() == 2);
    CHECK(fused[0].box.ymin == doctest::Approx((6 * 0.8 + 4 * 0.7) / 1.5).epsilon(1e-6));
    CHECK(fused[0].score == doctest::Approx(0.75).epsilon(1e-6));
    CHECK(fused[1].score == doctest::Approx(0.45).epsilon(1e-6));
}

TEST_CASE("voting: the mean score and the mean box, by score, of all that overlap by more than a half")
{
    const DetectionList pool = {at(0, 0, 10, 10, 0.9f), at(1, 0, 11, 10, 0.3f), at(5, 0, 15, 10, 0.6f),
                                at(1, 0, 11, 10, 0.8f, 2)};
    const auto voted = box_voting({pool[0]}, pool, voting_iou);
    REQUIRE(voted.size() == 1);
    CHECK(voted[0].score == doctest::Approx(0.6).epsilon(1e-6)); // (0.9 + 0.3) / 2
    CHECK(voted[0].box.ymin == doctest::Approx(0.25).epsilon(1e-6));
    CHECK(voted[0].box.ymax == doctest::Approx(10.25).epsilon(1e-6));
    const Detection line = at(3, 3, 3, 9, 0.5f); // overlaps nothing
    CHECK(same(box_voting({line}, {line}, voting_iou), {line}));
}

TEST_CASE("one model alone passes suppression unchanged, and the same model twice gives it once")
{
    std::mt19937 numbers(11);
    const auto list = non_maximum_suppression(random_detections(numbers, 60), nms_iou);
    CHECK(same(fuse({list}, {}), list));
    CHECK(same(fuse({list, list}, {}), list));
    const auto averaged = fuse({list, list}, options_of(FusionMethod::wbf));
    CHECK(averaged.size() <= list.size());
}

TEST_CASE("threshold and total count after fusion; weights scale by the largest; no-number scores go")
{
    FusionOptions options;
    options.score = 0.45f;
    const std::vector<DetectionList> models = {{at(0, 0, 10, 10, 0.8f)},
                                               {at(50, 50, 60, 60, 0.8f), at(80, 0, 90, 9, 0.95f)}};
    options.weights = {4, 2};
    auto found = fuse(models, options);
    REQUIRE(found.size() == 2);
    CHECK(found[0].score == 0.8f);
    CHECK(found[1].score == doctest::Approx(0.475).epsilon(1e-6));
    options.most = 1;
    CHECK(fuse(models, options).size() == 1);
    for (const auto method : {FusionMethod::nms, FusionMethod::soft_nms, FusionMethod::wbf}) {
        const auto kept =
            fuse({{at(0, 0, 9, 9, std::numeric_limits<float>::quiet_NaN()), at(0, 0, 9, 9, 0.9f)}}, options_of(method));
        REQUIRE(kept.size() == 1);
        CHECK(kept[0].score == 0.9f);
        CHECK(fuse({{}, {}}, options_of(method)).empty());
    }
}
