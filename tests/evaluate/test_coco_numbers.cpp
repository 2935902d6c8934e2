// SPDX-License-Identifier: Apache-2.0
// COCO's numbers of sets that can be reckoned by hand.
#include "evaluate/numpy_summation.h"
#include "small_set.h"

#include <doctest/doctest.h>

#include <limits>

using namespace tradewind;

namespace {

constexpr Rectangle first_truth{100, 100, 50, 50}, second_truth{300, 100, 50, 50}, nothing{500, 400, 50, 50};

struct Expected {
    const char *name;
    double value;
};

void check(const CocoResult &result, const std::vector<Expected> &numbers)
{
    for (const Expected &one : numbers) {
        INFO(one.name);
        CHECK(result.number(one.name) == doctest::Approx(one.value).epsilon(1e-14));
    }
}

Annotations two_truths()
{
    Annotations annotations = small_set::of({1}, {7});
    small_set::annotate(annotations, 1, 7, first_truth);
    small_set::annotate(annotations, 1, 7, second_truth);
    return annotations;
}

} // namespace

TEST_CASE("right, wrong, right")
{
    const CocoResult result =
        small_set::evaluate(two_truths(), {{1, {{7, second_truth, .7}, {7, first_truth, .9}, {7, nothing, .8}}}});
    // Precision 1 up to recall .5, which 51 of the 101 points are, then 2/3.
    const double ap = (51 + 50 * 2 / 3.) / 101;
    check(result, {{"AP", ap},
                   {"AP50", ap},
                   {"AP75", ap},
                   {"APs", -1},
                   {"APm", ap},
                   {"APl", -1},
                   {"AR1", .5},
                   {"AR10", 1},
                   {"AR100", 1},
                   {"ARs", -1},
                   {"ARm", 1},
                   {"ARl", -1}});
    REQUIRE(result.categories.size() == 1);
    CHECK(result.categories[0].ap == result.number("AP"));
    CHECK(result.categories[0].ap50 == result.number("AP50"));
    CHECK(result.categories[0].ar == result.number("AR100"));
    CHECK(result.categories[0].annotations == 2);
    CHECK(result.arrays.scores[result.arrays.at(0, 50, 0, 0, 2)] == .9);
    CHECK(result.arrays.scores[result.arrays.at(0, 51, 0, 0, 2)] == .7);
    CHECK(result.pictures == 1);
    CHECK(result.annotations == 2);
}

TEST_CASE("an overlap of .6 counts up to .6")
{
    Annotations annotations = small_set::of({1}, {1});
    small_set::annotate(annotations, 1, 1, {0, 0, 100, 100});
    const CocoResult result = small_set::evaluate(annotations, {{1, {{1, {0, 0, 100, 60}, .5}}}});
    for (std::size_t t = 0; t < 10; ++t) CHECK(result.ap_by_iou[t] == doctest::Approx(t < 3 ? 1 : 0).epsilon(1e-14));
    check(result, {{"AP", .3}, {"AP50", 1}, {"AP75", 0}, {"APl", .3}, {"AR1", .3}});
}

TEST_CASE("what lies in a crowd is neither right nor wrong, however often")
{
    Annotations annotations = small_set::of({1}, {1});
    small_set::annotate(annotations, 1, 1, {200, 200, 200, 200}, true);
    small_set::annotate(annotations, 1, 1, first_truth);
    std::vector<ScoredBox> found(5, ScoredBox{1, {210, 210, 40, 40}, .9});
    found.push_back({1, first_truth, .1});
    const CocoResult result = small_set::evaluate(annotations, {{1, found}});
    check(result, {{"AP", 1}, {"AR1", 0}, {"AR10", 1}});
    CHECK(result.annotations == 1);
    found.push_back({1, {390, 390, 40, 40}, .95}); // a quarter of a tenth of it lies there
    CHECK(small_set::evaluate(annotations, {{1, found}}).number("AP") == doctest::Approx(.5).epsilon(1e-14));
}

TEST_CASE("an area at the bound is on both sides of it")
{
    Annotations annotations = small_set::of({1}, {1});
    small_set::annotate(annotations, 1, 1, {0, 0, 32, 32});
    check(small_set::evaluate(annotations, {{1, {}}}), {{"APs", 0}, {"APm", 0}, {"APl", -1}, {"ARs", 0}, {"AR1", 0}});
    annotations.boxes[0].area = 1024.0001;
    check(small_set::evaluate(annotations, {{1, {}}}), {{"APs", -1}, {"APm", 0}});
}

TEST_CASE("a wrong detection of another size does not count against a size")
{
    const CocoResult result = small_set::evaluate(
        two_truths(), {{1, {{7, {500, 400, 10, 10}, .99}, {7, first_truth, .9}, {7, second_truth, .8}}}});
    check(result, {{"AP", 2. / 3}, {"APm", 1}});
}

TEST_CASE("a detection that hits the annotation with the id 0 is wrong")
{
    Annotations annotations = two_truths();
    annotations.boxes[0].id = 0;
    const CocoResult result = small_set::evaluate(annotations, {{1, {{7, first_truth, .9}}}});
    check(result, {{"AP", 0}, {"AR100", 0}});
}

TEST_CASE("each truth is found once")
{
    const CocoResult result =
        small_set::evaluate(two_truths(), {{1, {{7, first_truth, .9}, {7, first_truth, .8}, {7, second_truth, .7}}}});
    check(result, {{"AP", (51 + 50 * 2 / 3.) / 101}});
}

TEST_CASE("other numbers of detections name their recalls")
{
    const std::vector<ImageDetections> found = {{1, {{7, nothing, .9}, {7, first_truth, .8}, {7, second_truth, .7}}}};
    const CocoResult result = small_set::evaluate(two_truths(), found, {{1, 2}});
    REQUIRE(result.numbers.size() == 11);
    // With two detections: one wrong, then one right of two to be found.
    check(result, {{"AP", 51 * .5 / 101}, {"AR1", 0}, {"AR2", .5}, {"ARm", .5}});
    CHECK_THROWS(result.number("AR100"));
    CHECK(small_set::evaluate(two_truths(), found, {{300}}).number("AR300") == 1);
}

TEST_CASE("only pictures that were added count")
{
    Annotations annotations = two_truths();
    annotations.images.push_back({2, "2.jpg", 640, 480});
    annotations.boxes[1].image_id = 2;
    CocoEvaluation evaluation(annotations);
    CHECK(evaluation.result().number("AP") == -1);
    evaluation.add(1, std::vector<ScoredBox>{{7, first_truth, .9}});
    check(evaluation.result(), {{"AP", 1}, {"AR100", 1}});
    evaluation.add(2, {});
    check(evaluation.result(), {{"AP", 51. / 101}, {"AR100", .5}});
    CHECK(evaluation.result().pictures == 2);
}

TEST_CASE("means are numpy's to the last bit")
{
    // numpy.mean([(i * 7919 % 1000) / 997 for i in range(count)])
    const std::pair<std::size_t, double> expected[] = {{1, 0x0.0p+0},
                                                       {7, 0x1.3b632667cefe5p-1},
                                                       {11, 0x1.02df04458fb8bp-1},
                                                       {128, 0x1.fe9677a7abc78p-2},
                                                       {129, 0x1.ffa95ff661cecp-2},
                                                       {1010, 0x1.00b25361b7b68p-1},
                                                       {8191, 0x1.00811120edaedp-1},
                                                       {8192, 0x1.00818a6631d04p-1},
                                                       {8193, 0x1.0080b6e80db0fp-1},
                                                       {20000, 0x1.00837765f0148p-1},
                                                       {80800, 0x1.00832417beb1ap-1}};
    for (const auto &[count, mean] : expected) {
        std::vector<double> values(count);
        for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<double>(i * 7919 % 1000) / 997;
        INFO(count);
        CHECK(numpy_mean(values) == mean);
    }
}
