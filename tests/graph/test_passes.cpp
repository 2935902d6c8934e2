// SPDX-License-Identifier: Apache-2.0
// Passes change the structure and keep the numbers.
#include "graph/graph.h"
#include "ops/standard_ops.h"
#include "passes/passes.h"
#include "targets/reference/reference.h"
#include "weights/binding.h"
#include "weights/seeded.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace tradewind;

namespace {

Attributes convolution(std::int64_t filters)
{
    Attributes attributes;
    attributes.set("filters", filters);
    attributes.set("kernel", std::vector<std::int64_t>{3, 3});
    return attributes;
}

// A residual block with batch norms, as far as the passes are concerned.
Graph block()
{
    Graph graph(standard_ops());
    const Value image = graph.add_input("image", {{1, 9, 7, 4}});
    Value x = graph.add("conv2d", "first/weights_layer", {image}, convolution(4));
    x = graph.add("batch_norm", "first/weights_layer/BatchNorm", {x}, {});
    const Value start = graph.add("relu6", "first/relu", {x}, {});
    x = graph.add("conv2d", "second", {start}, convolution(4));
    x = graph.add("batch_norm", "second/BatchNorm", {x}, {});
    Attributes scale;
    scale.set("scale", 0.5);
    x = graph.add("add", "sum", {start, x}, scale);
    x = graph.add("relu", "end", {x}, {});
    graph.add("conv2d", "dead", {start}, convolution(2));
    graph.set_output("result", x);
    return graph;
}

Tensor run(Graph graph)
{
    const MemoryPlan plan = plan_memory(graph);
    auto target = reference::make_target();
    auto executable = target->compile(std::move(graph), plan, {});
    executable->write(0, seeded_tensor("input/weights", {1, 9, 7, 4}));
    executable->run();
    return executable->read(0);
}

std::size_t count(const Graph &graph, const std::string &op)
{
    return static_cast<std::size_t>(
        std::count_if(graph.nodes.begin(), graph.nodes.end(), [&](const Node &n) { return n.op->name == op; }));
}

} // namespace

TEST_CASE("a residual block becomes two convolutions with the same result")
{
    Graph plain = block();
    bind(plain, seeded_weights(plain));
    Graph optimised = plain;
    optimise(optimised);
    CHECK(optimised.nodes.size() == 2);
    CHECK(optimised.nodes[0].attributes.text("activation") == "relu6");
    CHECK(optimised.nodes[1].inputs.size() == 2);
    CHECK(optimised.nodes[1].attributes.text("activation") == "relu");
    const Tensor before = run(plain), after = run(optimised);
    for (std::int64_t i = 0; i < before.count(); ++i) CHECK(std::abs(before.floats()[i] - after.floats()[i]) < 2e-6f);
}

TEST_CASE("passes that keep names leave a convolution before its sum, and the sum under its own name")
{
    Graph graph = block();
    optimise_for_names(graph);
    REQUIRE(graph.nodes.size() == 3);
    CHECK(graph.nodes[1].name == "second");
    CHECK(graph.nodes[1].attributes.text("activation") == "none");
    CHECK(graph.nodes[1].inputs.size() == 1);
    CHECK(graph.nodes[2].name == "sum");
    CHECK(graph.nodes[2].attributes.text("activation") == "relu");
}

TEST_CASE("an output is never optimised away")
{
    Graph graph = block();
    const Value before_norm = graph.find("second");
    graph.set_output("before_norm", before_norm);
    bind(graph, seeded_weights(graph));
    optimise(graph);
    CHECK(graph.output("before_norm") == before_norm);
    CHECK(count(graph, "batch_norm") == 1);
    CHECK(count(graph, "add") == 1);
}

TEST_CASE("structure changes without weights too")
{
    Graph graph = block();
    optimise(graph);
    CHECK(graph.nodes.size() == 2);
}

namespace {

// A separable convolution on three channels, with batch norms after it and, if wanted, between its parts.
Graph separable(bool norm_between, const std::string &activation_between = "none")
{
    Graph graph(standard_ops());
    const Value image = graph.add_input("image", {{1, 9, 7, 3}});
    Attributes first;
    first.set("kernel", std::vector<std::int64_t>{5, 3});
    first.set("stride", std::vector<std::int64_t>{2, 1});
    first.set("multiplier", std::int64_t{4});
    first.set("separable", std::int64_t{1});
    first.set("activation", activation_between);
    Value x = graph.add("depthwise_conv2d", "stem/depthwise", {image}, first);
    if (norm_between) x = graph.add("batch_norm", "stem/between", {x}, {});
    Attributes second;
    second.set("filters", std::int64_t{6});
    second.set("kernel", std::vector<std::int64_t>{1, 1});
    second.set("separable", std::int64_t{1});
    x = graph.add("conv2d", "stem", {x}, second);
    x = graph.add("batch_norm", "stem/BatchNorm", {x}, {});
    x = graph.add("relu", "stem/Relu", {x}, {});
    graph.set_output("result", x);
    return graph;
}

Tensor run_separable(Graph graph)
{
    const MemoryPlan plan = plan_memory(graph);
    auto target = reference::make_target();
    auto executable = target->compile(std::move(graph), plan, {});
    executable->write(0, seeded_tensor("input/weights", {1, 9, 7, 3}));
    executable->run();
    return executable->read(0);
}

} // namespace

TEST_CASE("a separable convolution of few channels becomes one with the same result")
{
    Graph plain = separable(false);
    bind(plain, seeded_weights(plain));
    Graph optimised = plain;
    optimise(optimised);
    REQUIRE(optimised.nodes.size() == 1);
    CHECK(optimised.nodes[0].name == "stem");
    CHECK(optimised.nodes[0].attributes.text("activation") == "relu");
    CHECK(optimised.nodes[0].attributes.integers("kernel") == std::vector<std::int64_t>{5, 3});
    CHECK(optimised.parameters[optimised.parameter(optimised.nodes[0], "weights")].shape == Shape{5, 3, 3, 6});
    const Tensor before = run_separable(plain), after = run_separable(optimised);
    REQUIRE(before.shape() == after.shape());
    float largest = 0;
    for (std::int64_t i = 0; i < before.count(); ++i) {
        CHECK(std::abs(before.floats()[i] - after.floats()[i]) < 2e-6f);
        largest = std::max(largest, before.floats()[i]);
    }
    CHECK(largest > 0.1f);
}

TEST_CASE("what stands between the parts of a separable convolution keeps them apart")
{
    Graph biased = separable(true), activated = separable(false, "relu6"); // a batch norm leaves a bias
    optimise(biased);
    optimise(activated);
    CHECK(biased.nodes.size() == 2);
    CHECK(activated.nodes.size() == 2);
}

namespace {

Attributes predictor(std::int64_t filters)
{
    Attributes attributes = convolution(filters);
    attributes.set("bias", std::int64_t{1});
    return attributes;
}

Attributes rows_of(std::int64_t columns)
{
    Attributes attributes;
    attributes.set("shape", std::vector<std::int64_t>{1, -1, columns});
    return attributes;
}

// Predictors of four classes on two maps, three and two boxes a pixel, and the end of a detector.
Graph predictors(bool logits_are_wanted)
{
    Graph graph(standard_ops());
    const Value image = graph.add_input("image", {{1, 9, 7, 4}}), anchors = graph.add_input("anchors", {{189 + 40, 4}});
    Attributes halved = convolution(6);
    halved.set("stride", std::vector<std::int64_t>{2, 2});
    const Value second = graph.add("conv2d", "halved", {image}, halved);
    std::vector<Value> codes, logits;
    for (const auto &[map, boxes] : {std::pair{image, 3}, std::pair{second, 2}}) {
        const std::string scope = "BoxPredictor_" + std::to_string(codes.size()) + "/";
        const Value code = graph.add("conv2d", scope + "BoxEncodingPredictor", {map}, predictor(4 * boxes));
        codes.push_back(graph.add("reshape", scope + "codes", {code}, rows_of(4)));
        const Value logit = graph.add("conv2d", scope + "ClassPredictor", {map}, predictor(5 * boxes));
        logits.push_back(graph.add("reshape", scope + "logits", {logit}, rows_of(5)));
    }
    Attributes axis, end;
    axis.set("axis", std::int64_t{1});
    const Value all_codes = graph.add("concat", "codes", codes, axis),
                all_logits = graph.add("concat", "logits", logits, axis);
    end.set("score_threshold", 0.2);
    end.set("iou_threshold", 0.5);
    end.set("max_per_class", std::int64_t{10});
    end.set("max_total", std::int64_t{20});
    const Value found = graph.add("detect_from_logits", "end", {all_codes, anchors, all_logits}, end);
    for (Value i = 0; i < 4; ++i) graph.set_output("output_" + std::to_string(i), found + i);
    if (logits_are_wanted) graph.set_output("class_logits", all_logits);
    return graph;
}

std::vector<Tensor> run_predictors(Graph graph)
{
    const MemoryPlan plan = plan_memory(graph);
    auto target = reference::make_target();
    auto executable = target->compile(std::move(graph), plan, {});
    Tensor anchors({189 + 40, 4});
    for (std::int64_t i = 0; i < anchors.count(); ++i)
        anchors.floats()[i] = static_cast<float>(i / 4 % 50) / 60 + (i % 4 < 2 ? 0.0f : 0.2f);
    executable->write(0, seeded_tensor("input/weights", {1, 9, 7, 4}));
    executable->write(1, anchors);
    executable->run();
    std::vector<Tensor> outputs;
    for (std::size_t i = 0; i < 4; ++i) outputs.push_back(executable->read(i));
    return outputs;
}

const auto always = [](const Graph &, const Node &) { return true; };

} // namespace

TEST_CASE("the predictors of each map become one convolution with the same detections")
{
    Graph plain = predictors(false);
    bind(plain, seeded_weights(plain));
    Graph merged = plain;
    merge_heads(merged, always);
    CHECK(count(merged, "conv2d") == 3);
    CHECK(count(merged, "concat") == 0);
    REQUIRE(count(merged, "detect_from_maps") == 1);
    CHECK(merged.nodes.back().inputs.size() == 3);
    CHECK(merged.shape(merged.nodes.back().inputs[1]) == Shape{1, 9, 7, 27});
    const auto before = run_predictors(plain), after = run_predictors(merged);
    REQUIRE(before[3].floats()[0] > 5);
    for (std::size_t i = 0; i < before.size(); ++i)
        CHECK(std::memcmp(before[i].data(), after[i].data(), before[i].bytes()) == 0);
}

TEST_CASE("predictors stay apart where their results are wanted, the target wants it, or they differ")
{
    Graph wanted = predictors(true), refused = predictors(false), different = predictors(false);
    merge_heads(wanted, always);
    merge_heads(refused, [](const Graph &, const Node &) { return false; });
    for (Node &node : different.nodes)
        if (node.name == "BoxPredictor_1/ClassPredictor") node.attributes.set("activation", std::string("relu"));
    merge_heads(different, always);
    for (const Graph *graph : {&wanted, &refused, &different}) {
        CHECK(count(*graph, "conv2d") == 5);
        CHECK(count(*graph, "detect_from_maps") == 0);
    }
}
