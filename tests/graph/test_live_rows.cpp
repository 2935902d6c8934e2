// SPDX-License-Identifier: Apache-2.0
// How many rows of a value are live is handed on with the rows, and known as long as it is needed.
#include "ops/standard_ops.h"
#include "passes/passes.h"

#include <doctest/doctest.h>

using namespace tradewind;

namespace {

using Integers = std::vector<std::int64_t>;

Attributes integers(const std::string &key, Integers values)
{
    Attributes attributes;
    attributes.set(key, std::move(values));
    return attributes;
}

struct Regions {
    Graph graph{standard_ops()};
    Value count = 0, crops = 0;

    Regions()
    {
        const Value map = graph.add_input("map", {{1, 9, 9, 8}}), boxes = graph.add_input("boxes", {{5, 4}});
        count = graph.add("relu", "count", {graph.add_input("found", {{1}})}, {});
        crops = graph.add("crop_and_resize", "crops", {map, boxes, count}, integers("crop", {6, 6}));
    }
};

} // namespace

TEST_CASE("a count stays with its rows until they become something else")
{
    Regions r;
    CHECK(r.graph.info(r.crops).count == r.count);
    const Value pooled = r.graph.add("spatial_mean", "mean", {r.crops}, {});
    CHECK(r.graph.info(pooled).count == r.count);
    const Value flat = r.graph.add("reshape", "flat", {pooled}, integers("shape", {5, -1}));
    CHECK(r.graph.info(flat).count == r.count);
    CHECK(r.graph.count_of(r.graph.nodes.back()) == r.count);
    const Value joined = r.graph.add("reshape", "joined", {flat}, integers("shape", {1, 5, 8}));
    CHECK(r.graph.info(joined).count == 0);
    CHECK(r.graph.info(r.graph.add("relu", "of the map", {r.graph.find("map")}, {})).count == 0);
}

TEST_CASE("the memory of a count is not used again while rows are computed by it")
{
    Regions r;
    Value x = r.crops;
    for (int i = 0; i < 4; ++i) x = r.graph.add("relu", "r" + std::to_string(i), {x}, {});
    r.graph.set_output("end", x);
    const MemoryPlan plan = plan_memory(r.graph);
    const std::size_t first = plan.offsets[r.count], last = first + sizeof(float);
    for (const Node &node : r.graph.nodes) {
        if (node.name == "count") continue;
        const std::size_t bytes = 5 * 6 * 6 * 8 * sizeof(float), begin = plan.offsets[node.outputs[0]];
        CHECK((begin + bytes <= first || begin >= last));
    }
}

TEST_CASE("nodes that nobody needs go before weights are asked for, with the names of their parameters")
{
    Regions r;
    Attributes units = integers("kernel", {1, 1});
    units.set("filters", std::int64_t{3});
    r.graph.add("conv2d", "unused", {r.crops}, units);
    r.graph.set_output("crops", r.crops);
    remove_dead_nodes(r.graph);
    for (const auto &parameter : r.graph.parameters) CHECK(parameter.name.empty());
}
