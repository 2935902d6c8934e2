// SPDX-License-Identifier: Apache-2.0
// Which values of a network are stored in 16 or 8 bits, and with what scale.
#include "running.h"

#include "ops/standard_ops.h"
#include "targets/onednn/precisions.h"
#include "targets/onednn/storage.h"

#include <doctest/doctest.h>

using namespace tradewind;

namespace {

using Integers = std::vector<std::int64_t>;

// A picture, a layer, a unit with a residual, a pool, a concatenation, and a head that is reshaped.
struct Network {
    Network() : graph(standard_ops())
    {
        const Value picture = graph.add_input("picture", {{1, 16, 16, 3}});
        const Value first = conv("first", {picture}, 16, "relu6"), inner = conv("inner", {first}, 16, "relu");
        const Value sum = conv("sum", {inner, first}, 16, "relu");
        Attributes window;
        window.set("kernel", Integers{2, 2});
        window.set("stride", Integers{2, 2});
        const Value pool = graph.add("max_pool", "pool", {sum}, window);
        const Value branch = conv("branch", {pool}, 16, "none");
        Attributes axis;
        axis.set("axis", std::int64_t{3});
        const Value concat = graph.add("concat", "concat", {pool, branch}, axis);
        const Value head = conv("head", {concat}, 8, "none");
        Attributes shape;
        shape.set("shape", Integers{1, -1, 4});
        graph.set_output("boxes", graph.add("reshape", "boxes", {head}, shape));
    }

    Value conv(const std::string &name, const std::vector<Value> &inputs, std::int64_t filters, const char *activation)
    {
        Attributes attributes;
        attributes.set("filters", filters);
        attributes.set("kernel", Integers{3, 3});
        attributes.set("activation", std::string(activation));
        return graph.add("conv2d", name, inputs, attributes);
    }

    void set_range(const char *name, float low, float high) { graph.values[graph.find(name)].range = {low, high}; }

    void set_ranges()
    {
        for (const char *name : {"first", "inner", "sum", "pool"}) set_range(name, 0, 6);
        set_range("branch", -9, 3);
        set_range("concat", -9, 6);
        set_range("head", -1, 1);
        set_range("boxes", -1, 1);
    }

    Node &node(const std::string &name)
    {
        return *std::find_if(graph.nodes.begin(), graph.nodes.end(), [&](const Node &n) { return n.name == name; });
    }

    std::vector<StoredAs> storage(Precision precision) const
    {
        CompileOptions options;
        options.precision = precision;
        onednn::AlgorithmChoice algorithms(Tuning::off, 1, {});
        return onednn::storage_of(graph, options, algorithms);
    }

    StoredAs stored(const char *name, Precision precision) const { return storage(precision)[graph.find(name)]; }

    Graph graph;
};

const ElementType fallback = onednn::multiplies_bf16() ? ElementType::bf16 : ElementType::f32;

} // namespace

TEST_CASE("in bfloat16 what is inside is, and what comes and goes is not")
{
    const Network network;
    for (const char *name : {"first", "inner", "sum", "pool", "branch", "concat"}) {
        CAPTURE(name);
        CHECK(network.stored(name, Precision::bf16) == StoredAs{ElementType::bf16});
        CHECK(network.stored(name, Precision::f32).type == ElementType::f32);
        CHECK(network.stored(name, Precision::int8) == StoredAs{fallback}); // nothing is known of it
    }
    for (const char *name : {"picture", "head", "boxes"}) {
        CAPTURE(name);
        CHECK(network.stored(name, Precision::bf16).is_plain());
        CHECK(network.stored(name, Precision::int8).is_plain());
    }
}

TEST_CASE("values that are tied have one scale: that of all their ranges")
{
    Network network;
    network.set_ranges();
    // The sum is moved by the pool into the concatenation, and the residual is where the sum is written.
    for (const char *name : {"first", "sum", "pool", "branch", "concat"}) {
        CAPTURE(name);
        CHECK(network.stored(name, Precision::int8) == StoredAs{ElementType::i8, 9.0f / 127});
    }
    CHECK(network.stored("inner", Precision::int8) == StoredAs{ElementType::u8, 6.0f / 255});
    CHECK(network.stored("head", Precision::int8).is_plain());
}

TEST_CASE("a layer that 8 bits are not enough for falls back, and what is tied to it")
{
    Network network;
    network.set_ranges();
    network.node("branch").may_quantise = false;
    for (const char *name : {"first", "sum", "pool", "branch", "concat"}) {
        CAPTURE(name);
        CHECK(network.stored(name, Precision::int8) == StoredAs{fallback});
    }
    CHECK(network.stored("inner", Precision::int8).type == ElementType::u8);
}

TEST_CASE("values need as many bytes as they are stored in")
{
    Network network;
    network.set_ranges();
    const auto storage = network.storage(Precision::int8);
    const Value inner = network.graph.find("inner"), head = network.graph.find("head");
    CHECK(onednn::stored_bytes(network.graph, inner, storage[inner]) == 16 * 16 * 16);
    CHECK(onednn::stored_bytes(network.graph, head, storage[head]) == 8 * 8 * 8 * 4);
}
