// SPDX-License-Identifier: Apache-2.0
// The order in which pictures come does not show; the order within a picture does, where scores are equal.
#include "small_set.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace tradewind;

namespace {

void check_equal(const CocoResult &a, const CocoResult &b)
{
    CHECK(a.arrays.precision == b.arrays.precision);
    CHECK(a.arrays.scores == b.arrays.scores);
    CHECK(a.arrays.recall == b.arrays.recall);
    CHECK(a.ap_by_iou == b.ap_by_iou);
    for (std::size_t i = 0; i < a.numbers.size(); ++i) CHECK(a.numbers[i].value == b.numbers[i].value);
}

} // namespace

TEST_CASE("pictures in any order")
{
    small_set::MadeUp set = small_set::made_up(5, 60, 3, 30);
    const CocoResult as_listed = small_set::evaluate(set.annotations, set.found);
    CHECK(as_listed.number("AP") > 0);
    CHECK(as_listed.number("AP") < 1);
    std::mt19937 random(3);
    for (int i = 0; i < 5; ++i) {
        std::shuffle(set.found.begin(), set.found.end(), random);
        check_equal(small_set::evaluate(set.annotations, set.found), as_listed);
    }
    std::shuffle(set.annotations.images.begin(), set.annotations.images.end(), random);
    std::reverse(set.annotations.categories.begin(), set.annotations.categories.end());
    check_equal(small_set::evaluate(set.annotations, set.found), as_listed);
}

TEST_CASE("of equal scores the picture with the lower id comes first")
{
    Annotations annotations = small_set::of({5, 3}, {1});
    small_set::annotate(annotations, 5, 1, {0, 0, 50, 50});
    const ImageDetections right{5, {{1, {0, 0, 50, 50}, .5}}}, wrong{3, {{1, {0, 0, 50, 50}, .5}}};
    CHECK(small_set::evaluate(annotations, {right, wrong}).number("AP") == doctest::Approx(.5));
    annotations.images[0].id = annotations.boxes[0].image_id = 2;
    const ImageDetections earlier{2, right.boxes};
    CHECK(small_set::evaluate(annotations, {wrong, earlier}).number("AP") == doctest::Approx(1));
}

TEST_CASE("of equal scores in one picture the first comes first")
{
    Annotations annotations = small_set::of({1}, {1});
    small_set::annotate(annotations, 1, 1, {0, 0, 50, 50});
    const ScoredBox right{1, {0, 0, 50, 50}, .5}, wrong{1, {300, 300, 50, 50}, .5};
    CHECK(small_set::evaluate(annotations, {{1, {right, wrong}}}).number("AR1") == 1);
    CHECK(small_set::evaluate(annotations, {{1, {wrong, right}}}).number("AR1") == 0);
}

TEST_CASE("a result does not end an evaluation")
{
    const small_set::MadeUp set = small_set::made_up(9, 20, 3, 30);
    CocoEvaluation evaluation(set.annotations);
    for (const ImageDetections &one : set.found) {
        evaluation.add(one.image_id, one.boxes);
        evaluation.result();
    }
    check_equal(evaluation.result(), small_set::evaluate(set.annotations, set.found));
}
