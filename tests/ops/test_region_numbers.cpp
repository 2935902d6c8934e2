// SPDX-License-Identifier: Apache-2.0
// Numbers of two-stage detectors that the published code states or that follow by hand, on every target.
#include "made_up.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace tradewind;
using namespace made_up;

namespace {

Tensor count_of(float count) { return tensor({1}, {count}); }

// 0, 1, 2, ... on a map of height x width.
Tensor ramp(std::int64_t height, std::int64_t width)
{
    Tensor map({1, height, width, 1});
    for (std::int64_t i = 0; i < map.count(); ++i) map.floats()[i] = static_cast<float>(i);
    return map;
}

void check_near(const std::vector<float> &got, const std::vector<float> &expected, float tolerance)
{
    REQUIRE(got.size() == expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
        CAPTURE(i);
        CHECK(std::abs(got[i] - expected[i]) <= tolerance);
    }
}

std::vector<float> cropped(const Tensor &map, const std::vector<float> &box, std::int64_t height, std::int64_t width,
                           const std::string &target)
{
    return floats(one_op::run(
        {"crop_and_resize", attributes({{"crop", Integers{height, width}}}), {map, tensor({1, 4}, box), count_of(1)}},
        target)[0]);
}

std::vector<Tensor> proposals(const std::vector<float> &anchors, const std::vector<float> &logits,
                              AttributeMap settings, const std::string &target)
{
    const auto rows = static_cast<std::int64_t>(anchors.size() / 4);
    settings.insert(
        {{"window", Reals{0, 0, 300, 400}}, {"max_proposals", std::int64_t{4}}}); // unless it says otherwise
    return one_op::run({"proposals",
                        attributes(settings),
                        {Tensor({1, rows, 4}), tensor({1, rows, 2}, logits), tensor({rows, 4}, anchors)}},
                       target);
}

} // namespace

TEST_CASE("grid anchors of the published test")
{
    for (const auto &target : one_op::targets())
        check_near(
            floats(one_op::run(
                {"grid_anchors",
                 attributes(
                     {{"scales", Reals{.5, 1, 2}}, {"aspect_ratios", Reals{.25, 1, 4}}, {"offset", Reals{7, -3}}}),
                 {Tensor({1, 1, 1, 8})}},
                target)[0]),
            {-121, -35, 135,  29,   -249, -67, 263, 61,   -505, -131, 519, 125,  -57, -67, 71,   61,   -121, -131,
             135,  125, -249, -259, 263,  253, -25, -131, 39,   125,  -57, -259, 71,  253, -121, -515, 135,  509},
            0);
}

TEST_CASE("crops of a ramp")
{
    for (const auto &target : one_op::targets()) {
        CAPTURE(target);
        check_near(cropped(ramp(4, 4), {.1f, .2f, .8f, .9f}, 3, 3, target),
                   {1.8f, 2.85f, 3.9f, 6, 7.05f, 8.1f, 10.2f, 11.25f, 12.3f}, 1e-5f);
        check_near(cropped(ramp(4, 4), {-.2f, 0, 1.1f, 1}, 3, 3, target), {0, 0, 0, 5.4f, 6.9f, 8.4f, 0, 0, 0}, 1e-5f);
        check_near(cropped(ramp(4, 4), {.25f, .25f, .75f, .75f}, 1, 1, target), {7.5f}, 0);
        check_near(cropped(ramp(4, 4), {1, 0, 0, 1}, 2, 2, target), {12, 15, 0, 3}, 0); // upside down
        check_near(cropped(ramp(4, 4), {NAN, 0, 1, 1}, 1, 2, target), {0, 0}, 0);
    }
}

TEST_CASE("a crop loses its last row where rounding puts it beyond the map")
{
    for (const auto &target : one_op::targets()) {
        CAPTURE(target);
        const auto crop = cropped(ramp(19, 1), {.14f, 0, 1, 0}, 14, 1, target);
        CHECK(crop[12] > 15);
        CHECK(crop[13] == 0);
    }
}

TEST_CASE("rows that are not live are left alone")
{
    for (const auto &target : one_op::targets()) {
        CAPTURE(target);
        const Tensor boxes = tensor({2, 4}, {0, 0, 1, 1, 0, 0, 1, 1});
        const auto crops = floats(one_op::run(
            {"crop_and_resize", attributes({{"crop", Integers{1, 1}}}), {ramp(3, 3), boxes, count_of(1)}}, target)[0]);
        CHECK(crops == std::vector<float>{4, 0}); // memory of a new executable is zero
    }
}

TEST_CASE("position-sensitive pooling of constant bins")
{
    Tensor map({1, 4, 5, 6});
    for (std::int64_t i = 0; i < map.count(); ++i) map.floats()[i] = static_cast<float>(i % 6 + 1);
    const Tensor boxes = tensor({2, 4}, {0, 0, 1, 1, .2f, .3f, .7f, .6f});
    for (const auto &target : one_op::targets()) {
        CAPTURE(target);
        const AttributeMap bins{{"bins", Integers{3, 2}}, {"crop", Integers{6, 4}}};
        check_near(
            floats(one_op::run({"position_sensitive_crop", attributes(bins), {map, boxes, count_of(2)}}, target)[0]),
            {3.5f, 3.5f}, 1e-6f);
    }
}

TEST_CASE("samples outside the map count as zeros of the prediction: neither features nor biases")
{
    const Tensor map = tensor({1, 2, 2, 1}, {1, 1, 1, 1});
    // All inside; the lower half of the samples outside; all outside.
    const Tensor boxes = tensor({3, 4}, {0, 0, 1, 1, .5f, 0, 1.5f, 1, 2, 2, 3, 3});
    for (const auto &target : one_op::targets()) {
        CAPTURE(target);
        const one_op::Call call{"position_sensitive_predict",
                                attributes({{"bins", Integers{1, 1}},
                                            {"crop", Integers{2, 2}},
                                            {"filters", std::int64_t{2}},
                                            {"bias", std::int64_t{1}}}),
                                {map, boxes, count_of(3)},
                                {{"weights", tensor({1, 1, 1, 2}, {10, 20})}, {"biases", tensor({2}, {1, 2})}}};
        check_near(floats(one_op::run(call, target)[0]), {11, 22, 5.5f, 11, 0, 0}, 1e-5f);
    }
}

TEST_CASE("fewer proposals than asked for, an overlap, an empty box and one below the threshold")
{
    const std::vector<float> anchors{0,  0,   150, 200, // second best
                                     0,  0,   150, 190, // covered by it
                                     75, 100, 225, 500, // best, clipped
                                     0,  400, 100, 500, // empty once clipped
                                     0,  300, 50,  400};
    const std::vector<float> logits{0, 1, 0, .5f, -1, 1, 0, 9, 200, 0};
    for (const auto &target : one_op::targets()) {
        CAPTURE(target);
        const auto got = proposals(anchors, logits, {}, target);
        CHECK(got[2].floats()[0] == 2);
        check_near(floats(got[0]), {.25f, .25f, .75f, 1, 0, 0, .5f, .5f, 0, 0, 0, 0, 0, 0, 0, 0}, 1e-6f);
        check_near(floats(got[1]), {.880797f, .731059f, 0, 0}, 1e-6f);
        CHECK(floats(got[3]) == std::vector<float>{2, 0, -1, -1});
    }
}

TEST_CASE("the third generation clips proposals after the suppression: what lies outside has taken a place")
{
    const std::vector<float> anchors{0, 400, 100, 500, 0, 0, 150, 200};
    for (const auto &target : one_op::targets()) {
        CAPTURE(target);
        const AttributeMap one{{"max_proposals", std::int64_t{1}}};
        AttributeMap third = one;
        third["generation"] = std::string("g3");
        CHECK(floats(proposals(anchors, {0, 2, 0, 1}, one, target)[3]) == std::vector<float>{1});
        CHECK(floats(proposals(anchors, {0, 2, 0, 1}, third, target)[3]) == std::vector<float>{-1});
        CHECK(proposals(anchors, {0, 2, 0, 1}, third, target)[2].floats()[0] == 0);
    }
}

TEST_CASE("codes of each class, and suppression of the live rows alone")
{
    const Tensor codes = tensor({1, 1, 2, 4}, {0, 0, 0, 0, 10, 0, 0, 0}), anchors = tensor({1, 4}, {0, 0, 2, 4});
    const Tensor boxes = tensor({1, 2, 1, 4}, {0, 0, .5f, .5f, .5f, .5f, 1, 1});
    for (const auto &target : one_op::targets()) {
        CAPTURE(target);
        const Tensor decoded = one_op::run({"decode_boxes", {}, {codes, anchors}}, target)[0];
        CHECK(decoded.shape() == Shape{1, 1, 2, 4});
        CHECK(floats(decoded) == std::vector<float>{0, 0, 2, 4, 2, 0, 4, 4});
        const auto kept = one_op::run({"multiclass_nms",
                                       attributes({{"score_threshold", 0.0},
                                                   {"iou_threshold", .5},
                                                   {"max_per_class", std::int64_t{2}},
                                                   {"max_total", std::int64_t{2}}}),
                                       {boxes, tensor({1, 2, 1}, {.5f, .9f}), count_of(1)}},
                                      target);
        CHECK(floats(kept[1]) == std::vector<float>{.5f, 0});
        CHECK(kept[3].floats()[0] == 1);
    }
}
