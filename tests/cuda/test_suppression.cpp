// SPDX-License-Identifier: Apache-2.0
// multiclass_nms and detect_from_logits against the plain kernels, exactly.
#include "clustered_boxes.h"
#include "odd_numbers.h"
#include "one_step.h"
#include "ops/made_up.h"

#include <doctest/doctest.h>

using namespace tradewind;
using namespace made_up;
using cuda::Storage;
using odd_numbers::Spoiling;
using one_step::Input;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity(),
                not_a_number = std::numeric_limits<float>::quiet_NaN();

struct Size {
    std::int64_t rows, classes, max_per_class, max_total;
    double score_threshold;
    std::vector<float> counts = {}; // one for each picture; empty: no such input
};

AttributeMap settings_of(const Size &size)
{
    return {{"score_threshold", size.score_threshold},
            {"iou_threshold", .6},
            {"max_per_class", size.max_per_class},
            {"max_total", size.max_total},
            {"clip_window", Reals{0, 0, 100, 90}}};
}

AttributeMap with(AttributeMap settings, const AttributeMap &more)
{
    for (const auto &[key, value] : more) settings[key] = value;
    return settings;
}

Tensor scores_of(std::int64_t picture, const Shape &shape, Spoiling how, float factor = 1)
{
    Tensor scores = random("scores " + std::to_string(picture), shape);
    for (std::int64_t i = 0; i < scores.count(); ++i) scores.floats()[i] *= factor;
    odd_numbers::spoil(scores, how, static_cast<unsigned>(picture + 12));
    return scores;
}

// Inputs of multiclass_nms.
std::vector<Input> inputs_of(const Size &size, bool own_boxes, Spoiling how, std::int64_t batch)
{
    std::vector<Input> inputs(size.counts.empty() ? 2 : 3);
    const Shape boxes = own_boxes ? Shape{1, size.rows, size.classes, 4} : Shape{1, size.rows, 4};
    for (std::int64_t p = 0; p < batch; ++p) {
        inputs[0].pictures.push_back(one_step::clustered("boxes " + std::to_string(p), boxes));
        if (how != Spoiling::none) clustered_boxes::turn_some(inputs[0].pictures.back());
        inputs[1].pictures.push_back(scores_of(p, {1, size.rows, size.classes}, how));
        if (!size.counts.empty())
            inputs[2].pictures.push_back(tensor({1}, {size.counts[static_cast<std::size_t>(p) % size.counts.size()]}));
    }
    return inputs;
}

// How many rows the plain kernel kept in all pictures.
double kept_in(const std::vector<one_step::Outputs> &outputs, std::size_t count_at)
{
    double kept = 0;
    for (const auto &picture : outputs) kept += double{picture[count_at].floats()[0]};
    return kept;
}

} // namespace

TEST_CASE("suppression within classes keeps exactly what the plain kernel keeps")
{
    const Size sizes[] = {{300, 90, 100, 100, 0},
                          {300, 20, 100, 300, 0, {211, 300, 0}},
                          {80, 5, 2, 50, .1, {80, 7, 1e9f}},
                          {80, 5, 100, 7, -2, {33, not_a_number, -4}},
                          {50, 3, 4, 100, 2, {50}},
                          {1, 1, 1, 1, 0},
                          {700, 1, 1000000, 1000000, -1},
                          {40, 2, 10, 3000, -1e30}};
    double kept = 0;
    for (const Size &size : sizes)
        for (const char *generation : {"g1", "g2", "g3"})
            for (const std::int64_t clip : {1, 0})
                for (const bool own : {true, false})
                    for (const auto how : odd_numbers::spoilings) {
                        if (size.max_total > 100000 && (own || how == Spoiling::none)) continue; // large results
                        INFO(size.rows << " rows, " << size.classes << " classes, " << generation << ", own boxes "
                                       << own << ", clip " << clip << ", spoiling " << static_cast<int>(how));
                        const std::int64_t batch = size.rows == 300 && !own ? 3 : 1 + 2 * (size.rows < 100);
                        kept +=
                            kept_in(one_step::require_equal(
                                        {"multiclass_nms",
                                         attributes(with(settings_of(size), {{"generation", std::string(generation)},
                                                                             {"clip", clip},
                                                                             {"change_frame", std::int64_t{own}}})),
                                         inputs_of(size, own, how, batch), batch}),
                                    3);
                    }
    CHECK(kept > 10000);
}

TEST_CASE("suppression in wanted classes alone")
{
    for (const char *mode : {"regular", "fast"})
        for (const char *generation : {"g2", "g3"})
            for (const Integers &classes : {Integers{5, 2}, Integers{1}, Integers{6, 6, 3, 1}}) {
                CAPTURE(mode);
                CAPTURE(generation);
                const Size size{90, 6, 10, 40, -.5, {90, 50, 17}};
                CHECK(kept_in(one_step::require_equal(
                                  {"multiclass_nms",
                                   attributes(with(settings_of(size), {{"classes", classes},
                                                                       {"generation", std::string(generation)},
                                                                       {"mode", std::string(mode)}})),
                                   inputs_of(size, true, Spoiling::ties, 3), 3}),
                              3) > 5);
            }
}

TEST_CASE("the fast form keeps exactly what the plain kernel keeps")
{
    double kept = 0;
    for (const Size &size : {Size{300, 90, 100, 100, 0}, Size{80, 5, 2, 500, .1, {80, 7, 1e9f}}, Size{60, 1, 9, 9, -2}})
        for (const bool own : {true, false})
            for (const auto how : odd_numbers::spoilings) {
                INFO(size.rows << " rows, own boxes " << own << ", spoiling " << static_cast<int>(how));
                kept += kept_in(
                    one_step::require_equal({"multiclass_nms",
                                             attributes(with(settings_of(size), {{"mode", std::string("fast")},
                                                                                 {"change_frame", std::int64_t{1}}})),
                                             inputs_of(size, own, how, 3), 3}),
                    3);
            }
    CHECK(kept > 500);
}

TEST_CASE("suppression of boxes that are not numbers")
{
    for (const char *generation : {"g2", "g3"})
        for (const std::int64_t clip : {1, 0}) {
            const Size size{60, 6, 10, 40, -.5};
            auto inputs = inputs_of(size, true, Spoiling::none, 1);
            Tensor &boxes = inputs[0].pictures[0];
            for (std::int64_t i = 0; i < boxes.count(); i += 11) boxes.floats()[i] = i % 2 ? not_a_number : infinity;
            CHECK(kept_in(one_step::require_equal(
                              {"multiclass_nms",
                               attributes(
                                   with(settings_of(size), {{"generation", std::string(generation)}, {"clip", clip}})),
                               inputs}),
                          3) > 5);
        }
}

TEST_CASE("scores in another storage")
{
    for (const Storage storage : {Storage::f16, Storage::bf16})
        for (const char *mode : {"regular", "fast"}) {
            const Size size{300, 7, 20, 60, .1};
            auto inputs = inputs_of(size, false, Spoiling::none, 1);
            inputs[0].storage = inputs[1].storage = storage;
            CHECK(kept_in(one_step::require_equal({"multiclass_nms",
                                                   attributes(with(settings_of(size), {{"mode", std::string(mode)}})),
                                                   inputs}),
                          3) > 5);
        }
}

TEST_CASE("detections of logits are exactly those of the plain kernel")
{
    double kept = 0;
    for (const Size &size : {Size{400, 20, 100, 100, 1e-8}, Size{1917, 3, 50, 60, .3}, Size{5, 2, 4, 9, .5},
                             Size{150, 4, 10, 10, .99999}, Size{60, 4, 100, 300, -1}})
        for (const char *converter : {"sigmoid", "softmax", "identity"})
            for (const Storage storage : {Storage::f32, Storage::f16, Storage::bf16})
                for (const auto how : odd_numbers::spoilings) {
                    INFO(size.rows << " rows, " << converter << ", storage " << static_cast<int>(storage)
                                   << ", spoiling " << static_cast<int>(how));
                    const std::int64_t batch = size.rows < 1000 ? 3 : 1;
                    std::vector<Input> inputs{{{}, storage}, {{}, Storage::f32}, {{}, storage}};
                    for (std::int64_t p = 0; p < batch; ++p) {
                        inputs[0].pictures.push_back(scores_of(p + 50, {1, size.rows, 4}, Spoiling::none));
                        inputs[2].pictures.push_back(scores_of(p, {1, size.rows, size.classes + 1}, how, 9));
                    }
                    inputs[1].pictures = {one_step::clustered("anchors", {size.rows, 4})};
                    auto settings = with(settings_of(size),
                                         {{"converter", std::string(converter)}, {"scales", Reals{5, 5, 10, 10}}});
                    if (storage == Storage::bf16) settings["mode"] = std::string("fast");
                    if (storage == Storage::f16) settings["background"] = std::string("slice_first");
                    kept += kept_in(
                        one_step::require_equal({"detect_from_logits", attributes(settings), inputs, batch}), 3);
                }
    CHECK(kept > 5000);
}

TEST_CASE("logits that differ may have one score, and then the lower row comes first")
{
    const std::int64_t rows = 600;
    std::vector<Input> inputs(3);
    inputs[0].pictures = {Tensor({1, rows, 4})};
    inputs[1].pictures = {one_step::clustered("anchors", {rows, 4})};
    inputs[2].pictures = {Tensor({1, rows, 2})};
    for (std::int64_t i = 0; i < rows; ++i)
        inputs[2].pictures[0].floats()[2 * i + 1] = 15 + static_cast<float>(i) * 0x1p-18f;
    const auto outputs = one_step::require_equal(
        {"detect_from_logits", attributes(with(settings_of({rows, 1, 600, 600, 1e-8}), {{"iou_threshold", 1.0}})),
         inputs});
    int equal = 0;
    for (int i = 1; i < 500; ++i) equal += outputs[0][1].floats()[i] == outputs[0][1].floats()[i - 1];
    CHECK(equal > 400);
}

TEST_CASE("more detections than are sorted at once")
{
    for (const Size &size : {Size{3000, 1, 3000, 5000, -2}, Size{500, 9, 400, 3000, -2}}) {
        const auto inputs = inputs_of(size, true, Spoiling::ties, 1);
        const auto settings = with(settings_of(size), {{"iou_threshold", .98}, {"clip", std::int64_t{0}}});
        CHECK(kept_in(one_step::require_equal({"multiclass_nms", attributes(settings), inputs}), 3) > 2100);
    }
}
