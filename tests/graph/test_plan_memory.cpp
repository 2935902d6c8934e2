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
