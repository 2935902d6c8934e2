// SPDX-License-Identifier: Apache-2.0
// Every kernel of the fast target against the plain one, over shapes that exercise padding, strides, tails and forms.
#include "ops/standard_ops.h"
#include "passes/passes.h"
#include "running.h"
#include "targets/onednn/onednn_target.h"
#include "targets/reference/reference.h"

#include <doctest/doctest.h>

using namespace tradewind;

namespace {

using Integers = std::vector<std::int64_t>;
using Reals = std::vector<double>;
using Settings = std::vector<std::pair<const char *, Attribute>>;

struct Case {
    const char *op;
    std::vector<Shape> inputs;
    Settings settings;
    bool exact = false;              // the same bits are expected
    const char *implementation = ""; // with which its name begins
};

Graph graph_of(const Case &c)
{
    Graph graph(standard_ops());
    std::vector<Value> inputs;
    for (const Shape &shape : c.inputs)
        inputs.push_back(graph.add_input("input_" + std::to_string(inputs.size()), {shape}));
    Attributes attributes;
    for (const auto &[key, value] : c.settings) attributes.set(key, value);
    graph.set_output("result", graph.add(c.op, "node", inputs, attributes));
    bind_randomly(graph);
    return graph;
}

void check(const Case &c)
{
    const Graph graph = graph_of(c);
    std::vector<Tensor> inputs;
    for (const Shape &shape : c.inputs) inputs.push_back(random_tensor(shape, static_cast<unsigned>(inputs.size())));
    if (const int counted_by = graph.nodes[0].op->counted_by; counted_by >= 0)
        inputs[static_cast<std::size_t>(counted_by)].floats()[0] = static_cast<float>(inputs[1].shape()[0]);
    const auto fast = onednn::make_target(), plain = reference::make_target();
    const Run expected = run(*plain, graph, inputs), found = run(*fast, graph, inputs),
              alone = run(*fast, graph, inputs, 1);
    INFO(dump(graph) << " on " << found.placements[0].implementation);
    CHECK(found.placements[0].implementation.starts_with(c.implementation));
    CHECK(found.placements[0].implementation.find("ref") == std::string::npos);
    CHECK(found.log.empty());
    CHECK(difference(expected.outputs[0], found.outputs[0]) <= (c.exact ? 0 : 5e-6));
    CHECK(identical(found.outputs[0], alone.outputs[0]));
}

Settings convolution(std::int64_t filters, Integers kernel, Integers stride, Settings more = {})
{
    Settings settings = {{"filters", filters}, {"kernel", kernel}, {"stride", stride}};
    settings.insert(settings.end(), more.begin(), more.end());
    return settings;
}

Settings window(Integers kernel, Integers stride, Settings more = {})
{
    Settings settings = {{"kernel", kernel}, {"stride", stride}};
    settings.insert(settings.end(), more.begin(), more.end());
    return settings;
}

const Attribute biased = std::int64_t{1};
const Attribute relu = std::string("relu"), relu6 = std::string("relu6"), valid = std::string("valid"),
                given = std::string("explicit");

} // namespace

TEST_CASE("convolutions")
{
    const Case cases[] = {
        {"conv2d", {{1, 32, 32, 3}}, convolution(32, {3, 3}, {2, 2}, {{"bias", biased}, {"activation", relu6}})},
        {"conv2d", {{1, 33, 31, 3}}, convolution(24, {7, 7}, {2, 2}, {{"activation", relu}})},
        {"conv2d", {{1, 19, 19, 64}}, convolution(273, {1, 1}, {1, 1}, {{"bias", biased}})},
        {"conv2d", {{1, 10, 10, 96}}, convolution(12, {1, 1}, {1, 1}, {{"bias", biased}})},
        {"conv2d", {{1, 1, 1, 128}}, convolution(24, {1, 1}, {1, 1}, {{"bias", biased}})},
        {"conv2d", {{1, 2, 2, 64}}, convolution(128, {3, 3}, {2, 2}, {{"activation", relu6}})},
        {"conv2d", {{1, 12, 11, 17}}, convolution(5, {3, 3}, {1, 1}, {{"dilation", Integers{2, 3}}})},
        {"conv2d",
         {{1, 38, 20, 32}},
         convolution(48, {3, 3}, {1, 1}, {{"dilation", Integers{6, 6}}, {"bias", biased}, {"activation", relu}})},
        {"conv2d", {{2, 9, 14, 16}}, convolution(16, {1, 7}, {1, 1}, {{"activation", relu}})},
        {"conv2d", {{3, 14, 9, 16}}, convolution(16, {7, 1}, {2, 1}, {{"padding", valid}})},
        {"conv2d",
         {{1, 15, 15, 8}},
         convolution(16, {3, 3}, {2, 2}, {{"padding", given}, {"pads", Integers{1, 0, 2, 1}}})},
        {"conv2d", {{1, 300, 300, 3}}, convolution(8, {3, 3}, {1, 1}, {{"bias", biased}})},
        {"conv2d", {{1, 6, 6, 512}}, convolution(64, {3, 3}, {1, 1})},
    };
    for (Case c : cases) {
        c.implementation = "onednn ";
        check(c);
    }
}

TEST_CASE("convolutions with a residual")
{
    for (const auto &[size, from, to, kernel] : {std::tuple{19, 32, 64, 1}, {7, 30, 17, 3}, {10, 64, 48, 3}})
        for (const double scale : {1.0, 0.17})
            for (const char *activation : {"none", "relu", "relu6"})
                for (const std::int64_t bias : {0, 1})
                    check({"conv2d",
                           {{2, size, size, from}, {2, size, size, to}},
                           convolution(
                               to, {kernel, kernel}, {1, 1},
                               {{"residual_scale", scale}, {"activation", std::string(activation)}, {"bias", bias}}),
                           false,
                           "onednn "});
}

TEST_CASE("depthwise convolutions")
{
    const Case cases[] = {
        {"depthwise_conv2d", {{1, 19, 19, 512}}, window({3, 3}, {1, 1}, {{"bias", biased}, {"activation", relu6}})},
        {"depthwise_conv2d", {{1, 38, 38, 64}}, window({3, 3}, {2, 2}, {{"activation", relu6}})},
        {"depthwise_conv2d", {{1, 13, 10, 20}}, window({3, 3}, {2, 2}, {{"bias", biased}})},
        {"depthwise_conv2d", {{2, 13, 10, 40}}, window({3, 3}, {1, 1}, {{"dilation", Integers{2, 2}}})},
        {"depthwise_conv2d", {{1, 9, 9, 16}}, window({5, 3}, {1, 1}, {{"padding", valid}, {"activation", relu}})},
        {"depthwise_conv2d", {{1, 40, 44, 3}}, window({7, 7}, {2, 2}, {{"multiplier", std::int64_t{8}}})},
        {"depthwise_conv2d",
         {{1, 7, 7, 5}},
         window({3, 3}, {1, 1}, {{"multiplier", std::int64_t{2}}, {"bias", biased}, {"activation", relu}})},
        {"depthwise_conv2d", {{1, 7, 7, 1}}, window({3, 3}, {1, 1})},
    };
    for (Case c : cases) {
        c.implementation = "onednn ";
        check(c);
    }
}

TEST_CASE("products")
{
    for (const auto &[rows, depth, units] :
         {std::tuple{1, 1024, 90}, {1, 4096, 7}, {100, 512, 364}, {3, 17, 5}, {1, 25088, 64}})
        for (const char *activation : {"none", "relu", "relu6"})
            check({"dense",
                   {{rows, depth}},
                   {{"units", std::int64_t{units}}, {"activation", std::string(activation)}},
                   false,
                   "onednn "});
    check({"dense", {{5, 33}}, {{"units", std::int64_t{16}}, {"bias", std::int64_t{0}}}, false, "onednn "});
    check({"conv2d",
           {{20, 7, 7, 32}},
           convolution(48, {7, 7}, {1, 1}, {{"padding", valid}, {"bias", biased}, {"activation", relu}}),
           false,
           "onednn "});
}

TEST_CASE("pools")
{
    for (const char *op : {"max_pool", "avg_pool"})
        for (const char *padding : {"same", "valid"})
            for (const std::int64_t channels : {3, 32, 100}) {
                const Attribute how = std::string(padding);
                check({op, {{1, 19, 14, channels}}, window({3, 3}, {2, 2}, {{"padding", how}}), false, "onednn "});
                check({op, {{2, 10, 10, channels}}, window({2, 2}, {2, 2}, {{"padding", how}}), false, "onednn "});
                check({op, {{1, 8, 9, channels}}, window({3, 3}, {1, 1}, {{"padding", how}}), false, "onednn "});
            }
    check({"max_pool",
           {{1, 38, 75, 16}},
           window({2, 2}, {2, 2}, {{"padding", valid}, {"rounding", std::string("ceil")}}),
           false,
           "onednn "});
    check({"avg_pool",
           {{1, 9, 9, 16}},
           window({3, 3}, {2, 2}, {{"padding", given}, {"pads", Integers{1, 1, 1, 1}}}),
           false,
           "onednn "});
}

TEST_CASE("loops have the bits of the plain kernels")
{
    const Case cases[] = {
        {"normalize", {{1, 9, 7, 3}}, {{"scale", Reals{0.5, 2, 3}}, {"mean", Reals{1, 2, 3}}}},
        {"normalize",
         {{2, 9, 7, 3}},
         {{"scale", Reals{0.5, 2, 3}}, {"mean", Reals{1, 2, 3}}, {"channel_order", std::string("bgr")}}},
        {"relu", {{1, 99, 50, 30}}, {}},
        {"relu6", {{1, 5, 5, 3}}, {}},
        {"sigmoid", {{1, 70, 91}}, {}},
        {"softmax", {{40, 91}}, {}},
        {"softmax", {{1, 3}}, {}},
        {"batch_norm", {{1, 9, 8, 33}}, {}},
        {"l2_normalization", {{1, 9, 8, 33}}, {}},
        {"add", {{1, 40, 40, 32}, {1, 40, 40, 32}}, {{"scale", 0.3}, {"activation", relu6}}},
        {"add", {{1, 4, 4, 3}, {1, 4, 4, 3}}, {}},
        {"add", {{1, 4, 4, 3}, {1, 4, 4, 3}}, {{"activation", relu}}},
        {"concat", {{1, 9, 8, 16}, {1, 9, 8, 5}, {1, 9, 8, 1}}, {{"axis", std::int64_t{-1}}}},
        {"pad", {{2, 5, 6, 3}}, {{"pads", Integers{0, 1, 2, 3}}}},
        {"spatial_mean", {{5, 7, 6, 33}}, {}},
        {"convert_scores",
         {{1, 50, 7}},
         {{"converter", std::string("softmax")}, {"background", std::string("slice_first")}}},
        {"decode_boxes", {{1, 50, 4}, {50, 4}}, {}},
        {"decode_boxes", {{1, 500, 7, 4}, {500, 4}}, {}},
        {"clip_boxes", {{3000, 4}}, {{"window", Reals{-0.5, -0.25, 0.5, 0.75}}}},
        {"scale_boxes", {{2, 5, 4}}, {{"factors", Reals{600, 899, 600, 899}}}},
        {"grid_anchors", {{1, 19, 25, 8}}, {{"stride", Reals{8, 16}}}},
        {"crop_and_resize", {{1, 9, 7, 37}, {20, 4}, {1}}, {{"crop", Integers{5, 1}}, {"extrapolation", -2.0}}},
        {"crop_and_resize", {{1, 19, 25, 16}, {20, 4}, {1}}, {{"crop", Integers{14, 17}}}},
        {"multiple_grid_anchors",
         {{1, 3, 3, 8}, {1, 2, 2, 8}, {1, 1, 1, 8}},
         {{"min_scale", 0.2}, {"max_scale", 0.95}, {"aspect_ratios", Reals{1, 2, 0.5}}}},
    };
    for (Case c : cases) {
        c.exact = true;
        check(c);
    }
}

TEST_CASE("position-sensitive crops and predictions")
{
    const Integers bins{3, 2}, crop{6, 6};
    for (const auto &[boxes, depth, channels] : {std::tuple{40, 64, 91}, {7, 5, 3}, {300, 96, 40}}) {
        check({"position_sensitive_crop",
               {{1, 19, 25, 6 * channels}, {boxes, 4}, {1}},
               {{"bins", bins}, {"crop", crop}},
               false,
               "weighted pixels"});
        for (const std::int64_t bias : {0, 1})
            check({"position_sensitive_predict",
                   {{1, 19, 25, depth}, {boxes, 4}, {1}},
                   {{"bins", bins}, {"crop", crop}, {"filters", std::int64_t{6 * channels}}, {"bias", bias}},
                   false,
                   "onednn "});
    }
}

TEST_CASE("predictions of fewer regions than there may be")
{
    const Graph graph = graph_of(
        {"position_sensitive_predict",
         {{1, 9, 11, 32}, {200, 4}, {1}},
         {{"bins", Integers{2, 2}}, {"crop", Integers{4, 4}}, {"filters", std::int64_t{4 * 30}}, {"bias", biased}}});
    const auto fast = onednn::make_target(), plain = reference::make_target();
    for (const float count : {200.0f, 120.0f, 40.0f, 3.0f, 0.0f}) {
        CAPTURE(count);
        Tensor live({1});
        live.floats()[0] = count;
        const std::vector<Tensor> inputs{random_tensor({1, 9, 11, 32}, 1), random_tensor({200, 4}, 2), live};
        const Run expected = run(*plain, graph, inputs), found = run(*fast, graph, inputs);
        CHECK(difference(expected.outputs[0], found.outputs[0]) <= 5e-6); // zeros beyond the count
    }
}

namespace {

// Crops of a map, and a unit with a residual on each that is live; the sum may take the residual's place.
Graph residual_unit_on_crops(std::int64_t boxes)
{
    Graph graph(standard_ops());
    const Value map = graph.add_input("map", {{1, 9, 11, 32}}), box = graph.add_input("boxes", {{boxes, 4}}),
                live = graph.add_input("live", {{1}});
    const auto add = [&](const char *op, const char *name, std::vector<Value> inputs, const Settings &settings) {
        Attributes attributes;
        for (const auto &[key, value] : settings) attributes.set(key, value);
        return graph.add(op, name, std::move(inputs), attributes);
    };
    const Value crops = add("crop_and_resize", "crops", {map, box, live}, {{"crop", Integers{6, 6}}});
    const Value start = add("conv2d", "start", {crops}, convolution(48, {1, 1}, {1, 1})),
                middle = add("conv2d", "middle", {start}, convolution(24, {3, 3}, {1, 1}, {{"activation", relu}})),
                sum = add("conv2d", "sum", {middle, start}, convolution(48, {1, 1}, {1, 1}, {{"activation", relu}}));
    graph.set_output("sum", sum);
    graph.set_output("mean", add("spatial_mean", "mean", {sum}, {}));
    bind_randomly(graph);
    return graph;
}

} // namespace

TEST_CASE("units with residuals on fewer crops than there may be: no row is added to twice")
{
    const auto fast = onednn::make_target(), plain = reference::make_target();
    for (const std::int64_t boxes : {50, 35, 16, 5}) {
        const Graph graph = residual_unit_on_crops(boxes);
        CHECK(plan_memory(graph).offsets[graph.find("sum")] == plan_memory(graph).offsets[graph.find("start")]);
        for (const std::int64_t count :
             {boxes, boxes - 1, boxes * 3 / 4, boxes / 2, std::int64_t{1}, std::int64_t{0}}) {
            CAPTURE(boxes);
            CAPTURE(count);
            Tensor live({1});
            live.floats()[0] = static_cast<float>(count);
            const std::vector<Tensor> inputs{random_tensor({1, 9, 11, 32}, 1), random_tensor({boxes, 4}, 2), live};
            const Run expected = run(*plain, graph, inputs), found = run(*fast, graph, inputs),
                      alone = run(*fast, graph, inputs, 1);
            for (std::size_t i = 0; i < 2; ++i) {
                CHECK(difference(expected.outputs[i], found.outputs[i]) <= 5e-6);
                CHECK(identical(found.outputs[i], alone.outputs[i]));
            }
        }
    }
}

TEST_CASE("the weights of a graph are released once they are packed")
{
    Graph graph = graph_of({"conv2d", {{1, 8, 8, 16}}, convolution(32, {3, 3}, {1, 1}, {{"bias", biased}})});
    ParameterInfo &weights = graph.parameters[1];
    auto memory = std::make_shared<std::vector<float>>(9 * 16 * 32, 0.5f);
    const std::weak_ptr<std::vector<float>> alive = memory;
    weights.data = Tensor(weights.shape, ElementType::f32, memory->data(), memory);
    memory.reset();
    REQUIRE(!alive.expired());
    const MemoryPlan plan = plan_memory(graph);
    const auto executable = onednn::make_target()->compile(std::move(graph), plan, {});
    CHECK(alive.expired());
    CHECK(executable->weight_bytes() >= (9 * 16 * 32 + 32) * sizeof(float));
}

TEST_CASE("the target names its library") { CHECK(onednn::make_target()->description().starts_with("oneDNN ")); }
