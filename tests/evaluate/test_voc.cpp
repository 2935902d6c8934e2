// SPDX-License-Identifier: Apache-2.0
// VOC's numbers, worked out by hand.
#include "evaluate_sets.h"

#include "evaluate/voc_evaluation.h"
#include "tensor/error.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using doctest::Approx;
using evaluate_sets::object;
using evaluate_sets::Set;
using namespace tradewind;

namespace {

constexpr Rectangle square = {0, 0, 10, 10}, elsewhere = {200, 200, 10, 10};

VocResult evaluate(const Set &set, const VocOptions &options = {}, bool backwards = false)
{
    VocEvaluation evaluation(set.annotations, options);
    evaluate_sets::add_all(evaluation, set, backwards);
    return evaluation.result();
}

// One picture and category, with these objects and detections.
Set one_picture(std::vector<Annotation> objects, std::vector<ScoredBox> boxes)
{
    Set set = evaluate_sets::empty_set(1, 1);
    set.annotations.boxes = std::move(objects);
    set.detections[0].boxes = std::move(boxes);
    return set;
}

VocCategory only(const Set &set, const VocOptions &options = {}) { return evaluate(set, options).categories.at(0); }

using Numbers = std::vector<double>;

} // namespace

TEST_CASE("VOC: precision, recall and both areas of a small set")
{
    // Right, wrong, right, of four objects.
    const Set set = one_picture({object(1, 1, square), object(1, 1, {50, 0, 10, 10}), object(1, 1, {100, 0, 10, 10}),
                                 object(1, 1, {150, 0, 10, 10})},
                                {{1, square, 0.9}, {1, elsewhere, 0.8}, {1, {50, 0, 10, 10}, 0.7}});
    const VocCategory got = only(set);
    CHECK(got.objects == 4);
    CHECK(got.precision == Numbers{1, 0.5, 2.0 / 3});
    CHECK(got.recall == Numbers{0.25, 0.25, 0.5});
    CHECK(got.average_precision == Approx(0.25 + 0.25 * 2 / 3).epsilon(1e-15));
    CHECK(got.eleven_point == Approx((3 + 3 * 2.0 / 3) / 11).epsilon(1e-15)); // 0, .1, .2; .3, .4, .5
    CHECK(got.correct_location == 1);
}

TEST_CASE("VOC: a recall of exactly k tenths reaches its point, also where weights add up to a little less")
{
    for (int found = 0; found <= 10; ++found) {
        CAPTURE(found);
        std::vector<Annotation> objects;
        std::vector<ScoredBox> boxes;
        for (int i = 0; i < 10; ++i) {
            objects.push_back(object(1, 1, {i * 20.0, 0, 10, 10}));
            if (i < found) boxes.push_back({1, objects.back().box, 0.9 - i * 0.01});
        }
        CHECK(only(one_picture(objects, boxes)).eleven_point == Approx(found ? (found + 1) / 11.0 : 0));
        for (Annotation &group : objects) group.group_of = true;
        VocOptions tenth;
        tenth.group_of_weight = 0.1; // ten times .1 is less than 1
        CHECK(only(one_picture(objects, boxes), tenth).eleven_point == Approx(found ? (found + 1) / 11.0 : 0));
    }
}

TEST_CASE("VOC: the nearest object decides, even when it is taken or difficult")
{
    const Rectangle lower = {0, 2, 10, 10}, between = {0, 0.5, 10, 10};
    // Both detections are nearest to the first object; the second is wrong, although the other object is free.
    CHECK(only(one_picture({object(1, 1, square), object(1, 1, lower)}, {{1, square, 0.9}, {1, between, 0.8}}))
              .precision == Numbers{1, 0.5});
    Annotation difficult = object(1, 1, square);
    for (const bool crowd : {false, true}) {
        difficult.difficult = !crowd;
        difficult.crowd = crowd;
        const VocCategory got =
            only(one_picture({difficult, object(1, 1, lower)}, {{1, square, 0.9}, {1, between, 0.8}, {1, lower, 0.7}}));
        CHECK(got.objects == 1);
        CHECK(got.precision == Numbers{1});
        CHECK(got.correct_location == 1); // the best detection is on the difficult one, which counts here
    }
}

TEST_CASE("VOC: an IoU of exactly the threshold is enough; pixels at both ends make it larger")
{
    const auto precision = [](Rectangle box, bool plus_one) {
        VocOptions options;
        options.plus_one = plus_one;
        return only(one_picture({object(1, 1, square)}, {{1, box, 0.9}}), options).precision;
    };
    CHECK(precision({0, 0, 10, 5}, false) == Numbers{1});
    CHECK(precision({0, 0, 10, 4.99}, false) == Numbers{0});
    CHECK(precision({0, 0, 10, 4.5}, false) == Numbers{0}); // 45 of 100
    CHECK(precision({0, 0, 10, 4.5}, true) == Numbers{1});  // 11 x 5.5 of 11 x 11
    CHECK(precision({0, 0, 10, 4.49}, true) == Numbers{0});
}

TEST_CASE("VOC: detections without width are left out, or wrong as in the devkit")
{
    const Set set =
        one_picture({object(1, 1, square)}, {{1, {0, 0, 0, 10}, 0.95}, {1, {9, 9, -9, -9}, 0.9}, {1, square, 0.8}});
    VocOptions keep;
    keep.keep_empty = true;
    CHECK(only(set).precision == Numbers{1});
    CHECK(only(set).correct_location == 1);
    CHECK(only(set, keep).precision == Numbers{0, 0, 1.0 / 3});
    CHECK(only(set, keep).correct_location == 0);
}

TEST_CASE("VOC: groups take wrong detections out, and count once with their weight")
{
    Annotation group = object(1, 1, {100, 100, 100, 100});
    group.group_of = true;
    const Set set = one_picture({object(1, 1, square), group}, {{1, {110, 110, 10, 10}, 0.9},
                                                                {1, {130, 130, 10, 10}, 0.8},
                                                                {1, square, 0.7},
                                                                {1, {95, 110, 10, 10}, 0.6},
                                                                {1, {94, 110, 10, 10}, 0.5}});
    const VocCategory without = only(set);
    CHECK(without.objects == 1);
    CHECK(without.precision == Numbers{1, 0.5}); // the last lies in the group by 4 tenths only
    VocOptions half;
    half.group_of_weight = 0.5;
    const VocCategory with = only(set, half);
    CHECK(with.objects == 1.5);
    CHECK(with.precision == Numbers{1, 1, 0.6}); // .5, 1.5, 1.5 of 2.5
    CHECK(with.recall == Numbers{1.0 / 3, 1, 1});
}

TEST_CASE("VOC: categories without objects or detections, and what means are of")
{
    Set set = evaluate_sets::empty_set(2, 4);
    Annotation difficult = object(1, 3, square);
    difficult.difficult = true;
    set.annotations.boxes = {object(1, 1, square), object(2, 4, square), difficult};
    set.detections[0].boxes = {{1, square, 0.9}, {2, square, 0.9}, {3, elsewhere, 0.9}, {77, square, 0.9}};
    const VocResult got = evaluate(set);
    CHECK(got.categories[0].average_precision == 1);
    CHECK(std::isnan(got.categories[1].average_precision));
    CHECK(std::isnan(got.categories[1].correct_location));
    CHECK(std::isnan(got.categories[2].eleven_point)); // difficult ones only
    CHECK(got.categories[2].correct_location == 0);
    CHECK(got.categories[2].precision.empty());
    CHECK(got.categories[3].average_precision == 0);
    CHECK(got.mean_average_precision == 0.5);
    CHECK(got.mean_eleven_point == 0.5);
    CHECK(got.mean_correct_location == Approx(1.0 / 3));
    CHECK(std::isnan(VocEvaluation(set.annotations).result().mean_average_precision));
}

TEST_CASE("VOC: only pictures that were added count, and results may be asked for in between")
{
    Set set = evaluate_sets::empty_set(2, 1);
    set.annotations.boxes = {object(1, 1, square), object(2, 1, square)};
    VocEvaluation evaluation(set.annotations);
    const ScoredBox found{1, square, 0.5};
    evaluation.add(1, {&found, 1});
    CHECK(evaluation.result().mean_average_precision == 1);
    CHECK(evaluation.result().categories[0].objects == 1);
    evaluation.add(2, {});
    CHECK(evaluation.result().mean_average_precision == 0.5);
    CHECK(evaluation.result().mean_correct_location == 0.5);
}

TEST_CASE("VOC: equal scores are ranked by image id, then in the order given; the order of pictures does not matter")
{
    Set set = evaluate_sets::empty_set(2, 1);
    set.annotations.boxes = {object(1, 1, square), object(2, 1, square)};
    set.detections[0].boxes = {{1, elsewhere, 0.5}, {1, square, 0.5}};
    set.detections[1].boxes = {{1, square, 0.5}};
    for (const bool backwards : {false, true})
        CHECK(evaluate(set, {}, backwards).categories[0].precision == Numbers{0, 0.5, 2.0 / 3});

    const Set made = evaluate_sets::made_set(5, 80, 3, true, true);
    const VocResult one = evaluate(made), other = evaluate(made, {}, true);
    CHECK(one.mean_average_precision > 0.1);
    CHECK(one.mean_average_precision == other.mean_average_precision);
    CHECK(one.mean_eleven_point == other.mean_eleven_point);
    CHECK(one.mean_correct_location == other.mean_correct_location);
    for (std::size_t i = 0; i < 3; ++i) CHECK(one.categories[i].precision == other.categories[i].precision);
}

TEST_CASE("VOC: options, pictures and numbers that cannot be meant")
{
    const Set set = one_picture({}, {});
    for (const double bad : {0.0, -1.0, 1.1, std::nan("")}) {
        VocOptions iou, weight;
        iou.iou = bad;
        weight.group_of_weight = bad == 0 ? 2 : bad;
        CHECK_THROWS_AS(VocEvaluation(set.annotations, iou), Error);
        CHECK_THROWS_AS(VocEvaluation(set.annotations, weight), Error);
    }
    VocEvaluation evaluation(set.annotations);
    CHECK_THROWS_WITH_AS(evaluation.add(7, {}), "image 7 is not annotated", Error);
    const ScoredBox bad{1, {0, 0, std::nan(""), 5}, 0.5};
    CHECK_THROWS_WITH_AS(evaluation.add(1, {&bad, 1}),
                         "image 1, detection 1: a box or its score is not a finite number", Error);
    evaluation.add(1, {}); // it was not taken by what failed
    CHECK_THROWS_WITH_AS(evaluation.add(1, {}), "image 1 was evaluated before", Error);
}
