// SPDX-License-Identifier: Apache-2.0
// The memory plan: nothing alive overlaps, dead memory is used again, views need none.
#include "ops/standard_ops.h"
#include "passes/passes.h"

#include <doctest/doctest.h>

using namespace tradewind;

namespace {

Value relu(Graph &graph, const std::string &name, Value x) { return graph.add("relu", name, {x}, {}); }

Value reshaped(Graph &graph, const std::string &name, Value x, Shape shape)
{
    Attributes attributes;
    attributes.set("shape", shape);
    return graph.add("reshape", name, {x}, attributes);
}

} // namespace

TEST_CASE("a chain needs two buffers, however long it is")
{
    Graph graph(standard_ops());
    Value x = graph.add_input("image", {{1, 16, 16, 4}});
    for (int i = 0; i < 10; ++i) x = relu(graph, "r" + std::to_string(i), x);
    graph.set_output("end", x);
    const MemoryPlan plan = plan_memory(graph);
    CHECK(plan.arena_bytes == 2 * 16 * 16 * 4 * 4);
    for (const Node &node : graph.nodes) CHECK(plan.offsets[node.inputs[0]] != plan.offsets[node.outputs[0]]);
}

TEST_CASE("the parts of an outer concat are computed in place, through reshapes")
{
    Graph graph(standard_ops());
    const Value image = graph.add_input("image", {{1, 4, 4, 6}});
    const Value a = relu(graph, "a", image), b = relu(graph, "b", image);
    Attributes axis;
    axis.set("axis", std::int64_t{1});
    const Value joined = graph.add("concat", "joined",
                                   {reshaped(graph, "ra", a, {1, 32, 3}), reshaped(graph, "rb", b, {1, 32, 3})}, axis);
    graph.set_output("joined", joined);
    const MemoryPlan plan = plan_memory(graph);
    CHECK(plan.offsets[a] == plan.offsets[joined]);
    CHECK(plan.offsets[b] == plan.offsets[joined] + 32 * 3 * 4);
    CHECK(plan.elided[2]);
    CHECK(plan.elided[4]);
}

TEST_CASE("a concat of the same value twice, of an input, or of channels is copied")
{
    Graph graph(standard_ops());
    const Value image = graph.add_input("image", {{1, 4, 4, 6}});
    const Value a = relu(graph, "a", image), b = relu(graph, "b", image);
    Attributes outer, inner;
    outer.set("axis", std::int64_t{1});
    inner.set("axis", std::int64_t{3});
    graph.set_output("twice", graph.add("concat", "twice", {a, a}, outer));
    graph.set_output("input", graph.add("concat", "input", {image, b}, outer));
    graph.set_output("channels", graph.add("concat", "channels", {a, b}, inner));
    const MemoryPlan plan = plan_memory(graph);
    for (std::size_t i = 2; i < 5; ++i) CHECK_FALSE(plan.elided[i]);
}

namespace {

Value convolution(Graph &graph, const std::string &name, std::vector<Value> inputs)
{
    Attributes attributes;
    attributes.set("filters", std::int64_t{4});
    attributes.set("kernel", std::vector<std::int64_t>{1, 1});
    return graph.add("conv2d", name, std::move(inputs), attributes);
}

// Where the sum of a convolution of `a` and a residual lies: in the residual's place?
bool in_place(const Graph &graph, Value residual, Value sum)
{
    const MemoryPlan plan = plan_memory(graph);
    return plan.offsets[residual] == plan.offsets[sum];
}

} // namespace

TEST_CASE("a convolution adds to its residual where that lies, through reshapes")
{
    Graph graph(standard_ops());
    const Value image = graph.add_input("image", {{1, 4, 4, 4}});
    const Value residual = relu(graph, "residual", image), a = relu(graph, "a", residual),
                same = reshaped(graph, "same", residual, {1, 4, 4, 4});
    const Value sum = convolution(graph, "sum", {a, same});
    graph.set_output("end", relu(graph, "end", sum));
    CHECK(in_place(graph, residual, sum));
}

TEST_CASE("a residual that is wanted elsewhere stays as it is")
{
    Graph graph(standard_ops());
    const Value image = graph.add_input("image", {{1, 4, 4, 4}});
    SUBCASE("a graph input, which another run reads again")
    {
        const Value sum = convolution(graph, "sum", {relu(graph, "a", image), image});
        graph.set_output("end", sum);
        CHECK_FALSE(in_place(graph, image, sum));
    }
    const Value residual = relu(graph, "residual", image);
    SUBCASE("an output")
    {
        const Value sum = convolution(graph, "sum", {relu(graph, "a", residual), residual});
        graph.set_output("end", sum);
        graph.set_output("residual", residual);
        CHECK_FALSE(in_place(graph, residual, sum));
    }
    SUBCASE("read later, under another shape")
    {
        const Value flat = reshaped(graph, "flat", residual, {1, 64}),
                    sum = convolution(graph, "sum", {relu(graph, "a", residual), residual});
        graph.set_output("later", relu(graph, "later", flat));
        graph.set_output("end", sum);
        CHECK_FALSE(in_place(graph, residual, sum));
    }
    SUBCASE("what the convolution itself reads")
    {
        const Value sum = convolution(graph, "sum", {residual, residual});
        graph.set_output("end", sum);
        CHECK_FALSE(in_place(graph, residual, sum));
    }
}
