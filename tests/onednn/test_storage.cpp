// SPDX-License-Identifier: Apache-2.0
// Which values of a network are stored in 16 or 8 bits, and with what scale.
#include "running.h"

#include "ops/standard_ops.h"
#include "targets/onednn/conversions.h"
#include "targets/onednn/kernels.h"
#include "targets/onednn/layouts.h"
#include "targets/onednn/precisions.h"
#include "targets/onednn/storage.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <iostream>

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

TEST_CASE("between layers that are computed on blocks of channels maps are blocks")
{
    Network network;
    const auto storage = [&](const std::string &by_direct) {
        auto all = plain_storage(network.graph);
        onednn::choose_layouts(
            network.graph,
            [&](const onednn::Layer &layer) -> onednn::LayerChoice {
                const bool direct = onednn::layer_of(network.graph, network.node(by_direct), all).key() == layer.key();
                return {direct ? onednn::Algorithm::direct : onednn::Algorithm::winograd, ElementType::f32};
            },
            all);
        return all;
    };
    const auto blocked = [&](const std::string &by_direct, const char *name) {
        return storage(by_direct)[network.graph.find(name)].layout == StoredAs::Layout::blocked;
    };
    // A concatenation moves rows, and what the pool hands on to it is tied to the sum and its residual.
    CHECK(blocked("head", "inner"));
    for (const char *name : {"picture", "first", "sum", "pool", "branch", "concat", "head"})
        CHECK_FALSE(blocked("head", name));
    CHECK_FALSE(blocked("inner", "inner"));
}

TEST_CASE("pools of blocks of channels")
{
    if (!onednn::works_on_blocks()) {
        std::cout << "skipped: pools of blocks, which this processor has no kernels for\n";
        return;
    }
    Graph graph(standard_ops());
    Attributes window;
    window.set("kernel", Integers{3, 3});
    window.set("stride", Integers{2, 2});
    for (const char *op : {"max_pool", "avg_pool"}) {
        CAPTURE(op);
        const Value map = graph.add_input(std::string("map of ") + op, {{2, 9, 7, 32}});
        const Value pooled = graph.add(op, op, {map}, window);
        const StoredAs blocks{ElementType::f32, 1.0f, StoredAs::Layout::blocked};
        Tensor from = random_tensor(graph.shape(map), 3), to(graph.shape(pooled));
        const onednn::Context context;
        const auto pool = [&](const StoredAs &stored) {
            Tensor input(from.shape()), output(to.shape()), rows(to.shape());
            onednn::write_map(from.floats(), from.count(), stored, input.view());
            const KernelRequest request{
                {graph, graph.nodes.back()}, {input.view()}, {output.view()}, {stored}, {stored}};
            const auto kernel = onednn::make_pool(request, context);
            REQUIRE(kernel);
            kernel->run();
            onednn::read_map(output.view(), stored, output.count(), rows.floats());
            return rows;
        };
        CHECK(difference(pool({}), pool(blocks)) <= 1e-6);
    }
}
