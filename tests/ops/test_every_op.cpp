// SPDX-License-Identifier: Apache-2.0
// Each op of the host on each target against the plain kernel; an op without a case here fails.
#include "graph/schema_check.h"
#include "op_sample.h"
#include "ops/standard_ops.h"
#include "wide_samples.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace tradewind;
using namespace made_up;

namespace {

const std::int64_t on = 1;
const std::string relu6 = "relu6", explicit_ = "explicit", ceil_ = "ceil";
const AttributeMap detections = {
    {"score_threshold", .3}, {"iou_threshold", .5}, {"max_per_class", std::int64_t{5}}, {"max_total", std::int64_t{7}}};

AttributeMap with(AttributeMap settings, const AttributeMap &more)
{
    settings.insert(more.begin(), more.end());
    return settings;
}

std::vector<Sample> small_samples()
{
    const AttributeMap window = {{"kernel", Integers{3, 2}}, {"stride", Integers{2, 1}}};
    const Shape map{1, 9, 7, 6};
    return {
        {"add", {{"scale", .25}, {"activation", relu6}}, {map, map}},
        {"avg_pool", window, {map}},
        {"avg_pool",
         with(window, {{"padding", explicit_}, {"pads", Integers{1, 1, 0, 1}}, {"rounding", ceil_}}),
         {map}},
        {"batch_norm", {}, {map}, {{"gamma", {6}}, {"beta", {6}}, {"moving_mean", {6}}, {"moving_variance", {6}}}},
        {"clip_boxes", {{"window", Reals{-.5, -.4, .5, .6}}}, {{5, 3, 4}}},
        {"concat", {{"axis", std::int64_t{1}}}, {map, {1, 2, 7, 6}, map}},
        {"concat", {{"axis", std::int64_t{-1}}}, {map, {1, 9, 7, 1}}},
        {"conv2d",
         with(window, {{"filters", std::int64_t{5}}, {"bias", on}, {"activation", relu6}}),
         {map},
         {{"weights", {3, 2, 6, 5}}, {"biases", {5}}}},
        {"conv2d",
         {{"filters", std::int64_t{5}}, {"kernel", Integers{1, 1}}, {"separable", on}},
         {map},
         {{"pointwise_weights", {1, 1, 6, 5}}}},
        {"convert_scores", {}, {{1, 40, 4}}},
        {"convert_scores", {{"converter", std::string("softmax")}}, {{1, 40, 4}}},
        {"crop_and_resize", {{"crop", Integers{5, 4}}}, {map, {9, 4}, {1}}},
        {"crop_and_resize", {{"crop", Integers{1, 3}}, {"extrapolation", -.5}}, {map, {9, 4}, {1}}},
        {"decode_boxes", {}, {{1, 40, 4}, {40, 4}}},
        {"decode_boxes", {}, {{1, 40, 3, 4}, {40, 4}}},
        {"decode_boxes", {{"coder", std::string("mean_stddev")}}, {{1, 40, 3, 4}, {40, 4}, {40, 4}}},
        {"dense", {{"units", std::int64_t{9}}}, {{3, 17}}, {{"weights", {17, 9}}, {"biases", {9}}}},
        {"depthwise_conv2d",
         with(window, {{"multiplier", std::int64_t{2}}, {"bias", on}}),
         {map},
         {{"depthwise_weights", {3, 2, 6, 2}}, {"biases", {12}}}},
        {"depthwise_conv2d",
         {{"kernel", Integers{3, 3}}, {"separable", on}},
         {map},
         {{"depthwise_weights", {3, 3, 6, 1}}}},
        {"detect_from_logits", detections, {{1, 40, 4}, {40, 4}, {1, 40, 4}}},
        {"detect_from_maps", with(detections, {{"columns", std::int64_t{5}}}), {{78, 4}, {1, 3, 4, 36}, {1, 5, 2, 27}}},
        {"grid_anchors", {{"offset", Reals{3, -2}}}, {map}},
        {"l2_normalization", {}, {map}, {{"scale", {6}}}},
        {"max_pool", window, {map}},
        {"multiclass_nms", detections, {{1, 40, 4}, {1, 40, 3}}},
        {"multiclass_nms", detections, {{1, 40, 3, 4}, {1, 40, 3}, {1}}},
        {"normalize",
         {{"scale", Reals{2, 1, .5}}, {"mean", Reals{1, 2, 3}}, {"channel_order", std::string("bgr")}},
         {{1, 9, 7, 3}}},
        {"pad", {{"pads", Integers{1, 2, 0, 3}}}, {map}},
        {"position_sensitive_crop", {{"bins", Integers{3, 1}}, {"crop", Integers{6, 4}}}, {map, {9, 4}, {1}}},
        {"position_sensitive_predict",
         {{"bins", Integers{3, 2}}, {"crop", Integers{6, 4}}, {"filters", std::int64_t{30}}, {"bias", on}},
         {map, {9, 4}, {1}},
         {{"weights", {1, 1, 6, 30}}, {"biases", {30}}}},
        {"proposals",
         {{"window", Reals{-1, -1, .8, .7}}, {"max_proposals", std::int64_t{20}}},
         {{1, 40, 4}, {1, 40, 2}, {40, 4}}},
        {"relu", {}, {map}},
        {"relu6", {}, {map}},
        {"reshape", {{"shape", Integers{1, -1, 3}}}, {map}},
        {"scale_boxes", {{"factors", Reals{3, 4, 5, 6}}}, {{5, 4}}},
        {"sigmoid", {}, {map}},
        {"softmax", {}, {map}},
        {"spatial_mean", {}, {map}},
        {"multiple_grid_anchors", {}, {map, {1, 5, 4, 6}}},
    };
}

std::vector<Sample> samples()
{
    auto all = small_samples();
    for (const auto &more : {wide_samples(), long_samples()}) all.insert(all.end(), more.begin(), more.end());
    return all;
}

one_op::Call call_of(const Sample &sample)
{
    one_op::Call call{sample.op, attributes(sample.settings), {}, {}};
    for (const Shape &shape : sample.inputs) // one number: how many rows are live
        call.inputs.push_back(shape == Shape{1} ? tensor({1}, {7})
                                                : random(sample.op + std::to_string(call.inputs.size()), shape));
    if (sample.coarse)
        for (Tensor &input : call.inputs)
            for (std::int64_t i = 0; i < input.count(); ++i)
                input.floats()[i] = std::floor(input.floats()[i] * 128) / 128;
    for (const auto &[leaf, shape] : sample.weights) {
        Tensor &values = call.weights[leaf] = random(leaf, shape);
        if (leaf == "moving_variance")
            for (std::int64_t i = 0; i < values.count(); ++i) values.floats()[i] += 1.5f;
    }
    return call;
}

// How many elements of an output are computed.
std::int64_t live_elements(const Sample &sample, const Tensor &output)
{
    const int counted_by = standard_ops().at(sample.op)->counted_by;
    return counted_by < 0 ? output.count() : output.count() / output.shape()[0] * 7;
}

double largest_difference(const Tensor &expected, const Tensor &got, std::int64_t count)
{
    double worst = 0;
    for (std::int64_t i = 0; i < count; ++i)
        if (const double d = std::abs(double{expected.floats()[i]} - double{got.floats()[i]}); !(d <= worst)) {
            worst = d;
            if (std::isnan(d)) break; // as bad as can be
        }
    return worst;
}

// Sums of up to some dozens of products of numbers below 1, each rounded as the precision rounds.
double allowed(Precision precision)
{
    if (precision == Precision::f32) return 5e-6;
    return precision == Precision::bf16 || precision == Precision::int8 ? 5e-2 : 6e-3;
}

void check(const Sample &sample, const std::vector<Tensor> &expected, const one_op::Call &call,
           const std::string &target)
{
    CAPTURE(target);
    const double most = allowed(one_op::open(target).precision);
    const auto got = one_op::run(call, target);
    REQUIRE(got.size() == expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
        REQUIRE(got[i].shape() == expected[i].shape());
        CHECK(largest_difference(expected[i], got[i], live_elements(sample, expected[i])) <= most);
    }
}

// Graphs have this op only for targets that want it.
bool is_wanted(const one_op::Call &call, const std::string &target)
{
    if (call.op != "detect_from_maps") return true;
    Node node;
    node.op = standard_ops().at(call.op);
    node.attributes = complete_attributes(*node.op, call.attributes);
    return one_op::open(target).target->refuses(Graph(standard_ops()), node).empty();
}

} // namespace

TEST_CASE("every op computes the same on every target")
{
    std::map<std::string, int> left;
    for (const auto &[name, schema] : standard_ops()) left[name] = 1;
    for (const Sample &sample : samples()) {
        CAPTURE(sample.op);
        CAPTURE(to_string(sample.inputs[0]));
        left.erase(sample.op);
        const one_op::Call call = call_of(sample);
        const auto expected = one_op::run(call, "reference");
        double sum = 0;
        for (std::int64_t i = 0; i < live_elements(sample, expected[0]); ++i) sum += std::abs(expected[0].floats()[i]);
        CHECK(sum > 0); // zeros would agree with anything that was not computed
        CHECK(std::isfinite(sum));
        for (const auto &target : one_op::targets())
            if (target != "reference" && is_wanted(call, target)) check(sample, expected, call, target);
        for (const auto &target : one_op::rounding_targets())
            if (is_wanted(call, target)) check(sample, expected, call, target);
    }
    for (const auto &[name, missing] : left) FAIL_CHECK("no case of " << name);
}
