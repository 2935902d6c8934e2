// SPDX-License-Identifier: Apache-2.0
// Binding reports everything at once.
#include "files.h"

#include "ops/standard_ops.h"
#include "tensor/error.h"
#include "weights/binding.h"
#include "weights/seeded.h"

#include <doctest/doctest.h>

using namespace tradewind;
using files::contains;

namespace {

Graph two_layers()
{
    Graph graph(standard_ops());
    Value x = graph.add_input("image", {{1, 8, 8, 3}});
    for (const char *name : {"net/first", "net/second"}) {
        Attributes attributes;
        attributes.set("filters", std::int64_t{4});
        attributes.set("kernel", std::vector<std::int64_t>{3, 3});
        attributes.set("bias", std::int64_t{1});
        x = graph.add("conv2d", name, {x}, attributes);
    }
    graph.set_output("map", x);
    return graph;
}

} // namespace

TEST_CASE("missing, wrongly shaped and unused tensors stand in one message, with near names")
{
    Graph graph = two_layers();
    WeightStore store = seeded_weights(graph);
    store.origin = "weights.pb";
    store.tensors["net/frist/weights"] = store.tensors.extract("net/first/weights").mapped();
    store.tensors["net/second/biases"] = Tensor({5});
    const std::string message = files::message_of([&] { bind(graph, store); });
    CHECK(contains(message, "weights.pb"));
    CHECK(contains(message, "expected 4 tensors, matched 2"));
    CHECK(contains(message, "1 missing: net/first/weights 3x3x3x4 (nearest: net/frist/weights"));
    CHECK(contains(message, "net/second/biases: the network needs 4, the file has 5"));
    CHECK(contains(message, "1 unused: net/frist/weights"));
}

TEST_CASE("unused tensors alone are no error")
{
    Graph graph = two_layers();
    WeightStore store = seeded_weights(graph);
    store.tensors["global_step"] = Tensor({1});
    const BindingReport report = bind(graph, store);
    CHECK(report.matched == 4);
    CHECK(report.unused == std::vector<std::string>{"global_step"});
}

TEST_CASE("weights of another network are refused")
{
    Graph graph = two_layers();
    WeightStore store;
    store.tensors["other/weights"] = Tensor({1});
    CHECK(contains(files::message_of([&] { bind(graph, store); }), "4 missing"));
}
