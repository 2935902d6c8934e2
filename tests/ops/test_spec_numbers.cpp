// SPDX-License-Identifier: Apache-2.0
// Numbers that the published code and its documentation state, which need no other files.
#include "image/resize.h"
#include "made_up.h"
#include "ops/box_arithmetic.h"
#include "ops/window.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace tradewind;
using namespace made_up;

namespace {

struct Same {
    std::int64_t input, kernel, stride, dilation, output, before, after;
};

std::vector<float> row_resized(const std::vector<float> &row, std::int64_t width)
{
    std::vector<float> result(static_cast<std::size_t>(width));
    resize(row.data(), {1, static_cast<std::int64_t>(row.size())}, 1, ResizeMethod::bilinear, {1, width},
           result.data());
    return result;
}

Tensor anchors(const char *interpolated, const std::vector<std::int64_t> &sides, std::int64_t reduced = 1)
{
    one_op::Call call{"multiple_grid_anchors",
                      attributes({{"interpolated", std::string(interpolated)}, {"reduce_lowest", reduced}}),
                      {}};
    for (const std::int64_t side : sides) call.inputs.push_back(Tensor({1, side, side, 1}));
    return one_op::run(call, "reference")[0];
}

void check_row(const Tensor &table, std::int64_t row, const std::vector<double> &expected, double tolerance)
{
    CAPTURE(row);
    for (std::size_t k = 0; k < 4; ++k)
        CHECK(std::abs(table.floats()[4 * row + static_cast<std::int64_t>(k)] - expected[k]) <= tolerance);
}

Tensor decoded(const Reals &scales, const std::vector<float> &codes, const std::vector<float> &anchors)
{
    const auto rows = static_cast<std::int64_t>(codes.size() / 4);
    return one_op::run(
        {"decode_boxes", attributes({{"scales", scales}}), {tensor({1, rows, 4}, codes), tensor({rows, 4}, anchors)}},
        "reference")[0];
}

} // namespace

TEST_CASE("SAME padding")
{
    const Same table[] = {{300, 3, 2, 1, 150, 0, 1}, {75, 3, 2, 1, 38, 1, 1}, {38, 3, 2, 1, 19, 0, 1},
                          {19, 3, 2, 1, 10, 1, 1},   {10, 3, 2, 1, 5, 0, 1},  {5, 3, 2, 1, 3, 1, 1},
                          {3, 3, 2, 1, 2, 1, 1},     {2, 3, 2, 1, 1, 0, 1},   {224, 7, 2, 1, 112, 2, 3},
                          {300, 7, 2, 1, 150, 2, 3}, {75, 2, 2, 1, 38, 0, 1}, {38, 7, 1, 2, 38, 6, 6},
                          {7, 3, 2, 1, 4, 1, 1},     {14, 3, 2, 1, 7, 0, 1}};
    for (const Same &row : table) {
        CAPTURE(row.input);
        CAPTURE(row.kernel);
        const WindowAxis axis = window_of(attributes({{"kernel", Integers{row.kernel, 1}},
                                                      {"stride", Integers{row.stride, 1}},
                                                      {"dilation", Integers{row.dilation, 1}},
                                                      {"padding", std::string("same")}}),
                                          {1, row.input, 1, 1})
                                    .y;
        CHECK(axis.output == row.output);
        CHECK(axis.before == row.before);
        CHECK(axis.after == row.after);
    }
}

TEST_CASE("VALID windows, rounded down and up")
{
    for (const auto &[input, kernel, stride, down, up] :
         {std::tuple{75, 2, 2, 37, 38}, {8, 3, 2, 3, 4}, {7, 3, 2, 3, 3}, {5, 1, 3, 2, 2}, {3, 3, 9, 1, 1}})
        for (const auto &[rounding, expected] : {std::pair{"floor", down}, {"ceil", up}}) {
            CAPTURE(input);
            CAPTURE(rounding);
            const WindowAxis axis = window_of(attributes({{"kernel", Integers{kernel, 1}},
                                                          {"stride", Integers{stride, 1}},
                                                          {"padding", std::string("valid")},
                                                          {"rounding", std::string(rounding)}}),
                                              {1, input, 1, 1})
                                        .y;
            CHECK(axis.output == expected);
            CHECK(axis.before == 0);
        }
}

TEST_CASE("the legacy resize of rows")
{
    CHECK(row_resized({0, 10, 20, 30}, 3) == std::vector<float>{0, 13.333334f, 26.666667f});
    CHECK(row_resized({0, 10, 20, 30}, 8) == std::vector<float>{0, 5, 10, 15, 20, 25, 30, 30});
    CHECK(row_resized({0, 10, 20, 30, 40}, 2) == std::vector<float>{0, 25});
}

TEST_CASE("anchors of the 300 x 300 models, in both orders")
{
    const std::vector<std::int64_t> maps{19, 10, 5, 3, 2, 1};
    const Tensor first = anchors("second", maps), later = anchors("last", maps);
    REQUIRE(first.shape() == Shape{1917, 4});
    REQUIRE(later.shape() == Shape{1917, 4});
    for (const Tensor *table : {&first, &later}) {
        check_row(*table, 0, {-0.023684, -0.023684, 0.076316, 0.076316}, 6e-7);
        check_row(*table, 1, {-0.044395, -0.115106, 0.097026, 0.167737}, 6e-7);
        check_row(*table, 2, {-0.115106, -0.044395, 0.167737, 0.097026}, 6e-7);
        check_row(*table, 1083, {-0.125, -0.125, 0.225, 0.225}, 6e-7);
    }
    check_row(first, 1084, {-0.159165, -0.159165, 0.259165, 0.259165}, 6e-7);
    check_row(first, 1085, {-0.073744, -0.197487, 0.173744, 0.297487}, 6e-7);
    check_row(first, 1912, {0.01266, 0.01266, 0.98734, 0.98734}, 6e-7);
    check_row(first, 1916, {-0.322765, 0.225772, 1.322765, 0.774228}, 6e-7);
    check_row(later, 1084, {-0.073744, -0.197487, 0.173744, 0.297487}, 6e-7);
    check_row(later, 1088, {-0.159165, -0.159165, 0.259165, 0.259165}, 6e-7);
    check_row(later, 1912, {0.164124, -0.171751, 0.835876, 1.171751}, 6e-7);
    check_row(later, 1916, {0.01266, 0.01266, 0.98734, 0.98734}, 6e-7);
}

TEST_CASE("numbers of anchors")
{
    CHECK(anchors("last", {38, 19, 10, 5, 3, 2}).shape() == Shape{7326, 4});
    CHECK(anchors("last", {38, 19, 10, 5, 3, 1}).shape() == Shape{7308, 4});
    CHECK(anchors("last", {38, 19, 10, 5, 3, 1}, 0).shape() == Shape{11640, 4});
}

TEST_CASE("box codes")
{
    const std::vector<float> two_anchors{15, 12, 30, 18, .1f, 0, .7f, .9f};
    const Tensor plain = decoded(
        {1, 1, 1, 1}, {-0.5f, -0.416666f, -0.405465f, -0.182321f, -0.083333f, -0.222222f, -0.693147f, -1.098612f},
        two_anchors);
    check_row(plain, 0, {10, 10, 20, 15}, 2e-5);
    check_row(plain, 1, {.2, .1, .5, .4}, 2e-6);
    const Tensor scaled = decoded(
        {2, 3, 4, 5}, {-1, -1.25f, -1.62186f, -0.911608f, -0.166667f, -0.666667f, -2.772588f, -5.493062f}, two_anchors);
    check_row(scaled, 0, {10, 10, 20, 15}, 2e-5);
    check_row(scaled, 1, {.2, .1, .5, .4}, 2e-6);
    check_row(decoded({10, 10, 5, 5}, {1, -2, .5f, 1}, {.2f, .3f, .6f, .8f}), 0,
              {0.218966, 0.144649, 0.661034, 0.755351}, 6e-7);
}

TEST_CASE("suppression in several classes")
{
    const Tensor boxes =
        tensor({1, 8, 4}, {0, 0,     1, 1,     0, .1f, 1, 1.1f, 0, -.1f, 1, .9f,  0, 10,   1, 11,
                           0, 10.1f, 1, 11.1f, 0, 100, 1, 101,  0, 1000, 1, 1002, 0, 1000, 1, 1002.1f});
    const Tensor scores =
        tensor({1, 8, 2}, {.9f, .01f, .75f, .05f, .6f, .01f, .95f, 0, .5f, .01f, .3f, .01f, .01f, .85f, .01f, .5f});
    for (const auto &target : one_op::targets())
        for (const char *generation : {"g1", "g2", "g3"}) {
            CAPTURE(target);
            CAPTURE(generation);
            const auto outputs = one_op::run({"multiclass_nms",
                                              attributes({{"score_threshold", .1},
                                                          {"iou_threshold", .5},
                                                          {"max_per_class", std::int64_t{4}},
                                                          {"max_total", std::int64_t{6}},
                                                          {"clip", std::int64_t{0}},
                                                          {"generation", std::string(generation)}}),
                                              {boxes, scores}},
                                             target);
            CHECK(floats(outputs[0]) == std::vector<float>{0, 10,  1, 11,  0, 0, 1, 1, 0, 1000, 1, 1002,
                                                           0, 100, 1, 101, 0, 0, 0, 0, 0, 0,    0, 0});
            CHECK(floats(outputs[1]) == std::vector<float>{.95f, .9f, .85f, .3f, 0, 0});
            CHECK(floats(outputs[2]) == std::vector<float>{1, 1, 2, 1, 1, 1});
            CHECK(floats(outputs[3]) == std::vector<float>{4});
        }
}

TEST_CASE("the fast mode: one class for each row, one suppression over all, boxes as they are")
{
    // Row 0: a tie of classes, the lower wins. Row 1: suppressed by row 0 although of another class. Row 2: at the
    // threshold. Row 3: outside.
    const Tensor boxes = tensor({1, 4, 4}, {0, 0, .5f, .5f, 0, 0, .5f, .5f, .6f, .6f, 1, 1, 2, 2, 3, 3});
    const Tensor scores = tensor({1, 4, 2}, {.9f, .9f, .1f, .8f, .5f, .2f, .1f, .7f});
    for (const auto &target : one_op::targets()) {
        CAPTURE(target);
        const auto outputs = one_op::run({"multiclass_nms",
                                          attributes({{"score_threshold", .5},
                                                      {"iou_threshold", .6},
                                                      {"max_per_class", std::int64_t{1}},
                                                      {"max_total", std::int64_t{3}},
                                                      {"mode", std::string("fast")}}),
                                          {boxes, scores}},
                                         target);
        CHECK(floats(outputs[0]) == std::vector<float>{0, 0, .5f, .5f, 2, 2, 3, 3, 0, 0, 0, 0});
        CHECK(floats(outputs[1]) == std::vector<float>{.9f, .7f, 0});
        CHECK(floats(outputs[2]) == std::vector<float>{1, 2, 1});
        CHECK(floats(outputs[3]) == std::vector<float>{2});
    }
}

TEST_CASE("the logistic function is monotone and ends at 0 and 1")
{
    float last = 0;
    for (float logit = -110; logit < 30; logit += 0.01f) {
        const float value = sigmoid(logit);
        REQUIRE(value >= last);
        last = value;
    }
    CHECK(sigmoid(0) == 0.5f);
    CHECK(sigmoid(-std::numeric_limits<float>::infinity()) == 0);
    CHECK(sigmoid(std::numeric_limits<float>::infinity()) == 1);
}
