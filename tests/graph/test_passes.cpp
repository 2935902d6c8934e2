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
