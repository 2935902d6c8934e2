// SPDX-License-Identifier: Apache-2.0
// What ops refuse, and with which sentence. Graphs come from plugins, so nothing about them is taken for granted.
#include "made_up.h"
#include "ops/standard_ops.h"
#include "tensor/error.h"

#include <doctest/doctest.h>

#include <limits>

using namespace tradewind;
using namespace made_up;

namespace {

std::string refusal(const std::string &op, const std::vector<Shape> &inputs, const AttributeMap &settings)
{
    Graph graph(standard_ops());
    std::vector<Value> values;
    for (const Shape &shape : inputs)
        values.push_back(graph.add_input("input" + std::to_string(values.size()), {shape}));
    const auto nodes = graph.nodes.size();
    try {
        graph.add(op, "the/node", values, attributes(settings));
    } catch (const Error &error) {
        CHECK(graph.nodes.size() == nodes);
        CHECK(std::string(error.what()).find("the/node") != std::string::npos);
        return error.what();
    }
    return "accepted";
}

void check_refused(const std::string &sentence, const std::string &op, const std::vector<Shape> &inputs,
                   const AttributeMap &settings)
{
    const std::string said = refusal(op, inputs, settings);
    CAPTURE(op);
    CAPTURE(said);
    CHECK(said.find(sentence) != std::string::npos);
}

AttributeMap convolution(std::int64_t filters, Integers kernel, Integers stride = {1, 1})
{
    return {{"filters", filters}, {"kernel", kernel}, {"stride", stride}};
}

constexpr std::int64_t huge = std::numeric_limits<std::int64_t>::max();

} // namespace

TEST_CASE("windows")
{
    const Shape map{1, 8, 8, 3};
    check_refused("kernel needs 2 numbers, not 1", "conv2d", {map}, convolution(4, {3}));
    check_refused("kernel is 0, but may be 1 to", "conv2d", {map}, convolution(4, {0, 3}));
    check_refused("stride is -1", "conv2d", {map}, convolution(4, {3, 3}, {-1, 1}));
    check_refused("kernel is 9223372036854775807", "max_pool", {map}, {{"kernel", Integers{huge, 1}}});
    check_refused("filters is -4", "conv2d", {map}, convolution(-4, {3, 3}));
    check_refused("filters is 9223372036854775807", "conv2d", {map}, convolution(huge, {3, 3}));
    check_refused("a window of 9 does not fit into 8 pixels", "max_pool", {map},
                  {{"kernel", Integers{9, 9}}, {"padding", std::string("valid")}});
    check_refused("pads is -1", "avg_pool", {map},
                  {{"kernel", Integers{2, 2}}, {"padding", std::string("explicit")}, {"pads", Integers{-1, 0, 0, 0}}});
    check_refused("must have 4 dimensions, not 8x8x3", "conv2d", {{8, 8, 3}}, convolution(4, {3, 3}));
    check_refused("the residual is 1x8x8x3, the result 1x8x8x4", "conv2d", {map, map}, convolution(4, {3, 3}));
    check_refused("padding is 'SAME', but may be same, valid, explicit", "conv2d", {map},
                  {{"filters", std::int64_t{4}}, {"kernel", Integers{3, 3}}, {"padding", std::string("SAME")}});
    check_refused("bias is '2', but may be 0, 1", "conv2d", {map},
                  {{"filters", std::int64_t{4}}, {"kernel", Integers{3, 3}}, {"bias", std::int64_t{2}}});
}

TEST_CASE("results that no network has")
{
    const Integers much{60'000, 60'000, 60'000, 60'000};
    check_refused("more than a network can have", "pad", {{1, 8, 8, 3}}, {{"pads", much}});
    check_refused("more than a network can have", "conv2d", {{1, 60'000, 60'000, 3}}, convolution(1 << 20, {1, 1}));
    check_refused("weights would be 65536x65536x3x1048576", "conv2d", {{1, 1, 1, 3}},
                  convolution(1 << 20, {1 << 16, 1 << 16}));
    check_refused("cannot exist", "reshape", {{1, 8, 8, 3}}, {{"shape", Integers{huge, huge, 2}}});
    check_refused("cannot exist", "reshape", {{1, 8, 8, 3}}, {{"shape", Integers{-7, 3}}});
}

TEST_CASE("shapes that do not fit together")
{
    const Shape map{1, 8, 8, 3};
    check_refused("1x8x8x3 and 1x8x8x4 cannot be added", "add", {map, {1, 8, 8, 4}}, {});
    check_refused("does not fit beside 1x8x8x3 along axis 3", "concat", {map, {1, 8, 7, 3}},
                  {{"axis", std::int64_t{-1}}});
    check_refused("axis 4 does not exist in 1x8x8x3", "concat", {map, map}, {{"axis", std::int64_t{4}}});
    check_refused("inputs differ in rank", "concat", {map, {8, 8, 3}}, {{"axis", std::int64_t{1}}});
    check_refused("cannot be seen as 1x9", "reshape", {map}, {{"shape", Integers{1, 9}}});
    check_refused("cannot fill the open dimension", "reshape", {map}, {{"shape", Integers{-1, -1}}});
    check_refused("must have 2 dimensions", "dense", {map}, {{"units", std::int64_t{4}}});
    check_refused("one number for each of the 3 channels", "normalize", {map},
                  {{"scale", Reals{1}}, {"mean", Reals{1, 2, 3}}});
    check_refused("pads needs four numbers", "pad", {map}, {{"pads", Integers{1, 1}}});
    check_refused("takes 2 inputs, not 1", "add", {map}, {});
}

TEST_CASE("detections")
{
    const AttributeMap good = {{"score_threshold", .3},
                               {"iou_threshold", .5},
                               {"max_per_class", std::int64_t{5}},
                               {"max_total", std::int64_t{7}}};
    const auto changed = [&](const char *key, const Attribute &value) {
        AttributeMap settings = good;
        settings[key] = value;
        return settings;
    };
    const std::vector<Shape> inputs = {{1, 40, 4}, {40, 4}, {1, 40, 3}};
    CHECK(refusal("detect_from_logits", inputs, good) == "accepted");
    check_refused("iou_threshold must be 0 to 1", "detect_from_logits", inputs, changed("iou_threshold", 1.5));
    check_refused("iou_threshold must be 0 to 1", "detect_from_logits", inputs,
                  changed("iou_threshold", std::numeric_limits<double>::quiet_NaN()));
    check_refused("max_total is 0", "detect_from_logits", inputs, changed("max_total", std::int64_t{0}));
    check_refused("generation is 'g4'", "detect_from_logits", inputs, changed("generation", std::string("g4")));
    check_refused("clip_window needs four numbers", "detect_from_logits", inputs,
                  changed("clip_window", Reals{1, 0, 0, 1}));
    check_refused("scales must be positive", "detect_from_logits", inputs, changed("scales", Reals{10, 10, 0, 5}));
    check_refused("the anchors are 39x4, the encodings 1x40x4", "detect_from_logits", {{1, 40, 4}, {39, 4}, {1, 40, 3}},
                  good);
    check_refused("a row for each anchor and a background column", "detect_from_logits",
                  {{1, 40, 4}, {40, 4}, {1, 39, 3}}, good);
    check_refused("a background column", "convert_scores", {{1, 40, 1}}, {});
    check_refused("boxes must be 1 x N x 4", "multiclass_nms", {{1, 40, 5}, {1, 40, 3}}, good);
    check_refused("scales must be positive", "multiple_grid_anchors", {{1, 8, 8, 3}}, {{"min_scale", -1.0}});
    check_refused("aspect_ratios needs 1 to 64 numbers", "multiple_grid_anchors", {{1, 8, 8, 3}},
                  {{"aspect_ratios", Reals{}}});
}

TEST_CASE("regions")
{
    const Shape map{1, 19, 25, 18}, boxes{5, 4}, one{1};
    const AttributeMap crop = {{"crop", Integers{14, 14}}};
    const AttributeMap bins = {{"bins", Integers{3, 3}}, {"crop", Integers{12, 12}}};
    CHECK(refusal("crop_and_resize", {map, boxes, one}, crop) == "accepted");
    CHECK(refusal("crop_and_resize", {map, {0, 4}, one}, crop) == "accepted");
    check_refused("the boxes must be P x 4, not 5x3", "crop_and_resize", {map, {5, 3}, one}, crop);
    check_refused("the map must be 1 x h x w x c", "crop_and_resize", {{2, 19, 25, 18}, boxes, one}, crop);
    check_refused("the count must have shape 1, not 5", "crop_and_resize", {map, boxes, {5}}, crop);
    check_refused("crop needs two numbers", "crop_and_resize", {map, boxes, one}, {{"crop", Integers{14}}});
    check_refused("crop is 0, but may be 1 to 4096", "crop_and_resize", {map, boxes, one}, {{"crop", Integers{14, 0}}});
    CHECK(refusal("position_sensitive_crop", {map, boxes, one}, bins) == "accepted");
    check_refused("a crop of 13x12 cannot be divided into 3x3 bins", "position_sensitive_crop", {map, boxes, one},
                  {{"bins", Integers{3, 3}}, {"crop", Integers{13, 12}}});
    check_refused("18 channels cannot be divided among 49 bins", "position_sensitive_crop", {map, boxes, one},
                  {{"bins", Integers{7, 7}}, {"crop", Integers{21, 21}}});
    check_refused("20 channels cannot be divided among 9 bins", "position_sensitive_predict", {map, boxes, one},
                  {{"bins", Integers{3, 3}}, {"crop", Integers{12, 12}}, {"filters", std::int64_t{20}}});
}

TEST_CASE("boxes and proposals")
{
    const std::vector<Shape> inputs = {{1, 40, 4}, {1, 40, 2}, {40, 4}};
    const AttributeMap window = {{"window", Reals{0, 0, 300, 400}}};
    CHECK(refusal("proposals", inputs, window) == "accepted");
    check_refused("needs the attribute 'window'", "proposals", inputs, {});
    check_refused("window must have an area", "proposals", inputs, {{"window", Reals{0, 0, 300, 0}}});
    check_refused("the objectness must be 1 x N x 2, not 1x40x3", "proposals", {{1, 40, 4}, {1, 40, 3}, {40, 4}},
                  window);
    check_refused("the anchors are 39x4", "proposals", {{1, 40, 4}, {1, 40, 2}, {39, 4}}, window);
    check_refused("window needs four numbers", "clip_boxes", {{5, 4}}, {{"window", Reals{0, 1}}});
    check_refused("window ends before it begins", "clip_boxes", {{5, 4}}, {{"window", Reals{1, 0, 0, 1}}});
    check_refused("the boxes must be ... x 4, not 5x3", "clip_boxes", {{5, 3}}, {{"window", Reals{0, 0, 1, 1}}});
    check_refused("factors needs four numbers", "scale_boxes", {{5, 4}}, {{"factors", Reals{2}}});
    check_refused("the encodings must be 1 x N x 4 or 1 x N x K x 4, not 1x40x3x5", "decode_boxes",
                  {{1, 40, 3, 5}, {40, 4}}, {});
    check_refused("stride must be positive", "grid_anchors", {{1, 3, 3, 8}}, {{"stride", Reals{16, 0}}});
    check_refused("scales needs 1 to 64 numbers", "grid_anchors", {{1, 3, 3, 8}}, {{"scales", Reals{}}});
    check_refused("the count must have shape 1", "multiclass_nms", {{1, 40, 4}, {1, 40, 3}, {40}},
                  {{"score_threshold", .3},
                   {"iou_threshold", .5},
                   {"max_per_class", std::int64_t{5}},
                   {"max_total", std::int64_t{7}}});
}
