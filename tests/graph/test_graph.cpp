// SPDX-License-Identifier: Apache-2.0
// Building graphs: schemas, shapes, strides, names, text.
#include "graph/graph.h"
#include "ops/standard_ops.h"
#include "tensor/error.h"

#include <doctest/doctest.h>

using namespace tradewind;

namespace {

Attributes convolution(std::int64_t filters, std::int64_t stride = 1)
{
    Attributes attributes;
    attributes.set("filters", filters);
    attributes.set("kernel", std::vector<std::int64_t>{3, 3});
    attributes.set("stride", std::vector<std::int64_t>{stride, stride});
    return attributes;
}

std::string message_of(auto &&body)
{
    try {
        body();
    } catch (const Error &error) {
        return error.what();
    }
    return "no error";
}

bool contains(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

} // namespace

TEST_CASE("shapes, strides and parameters are known at once")
{
    Graph graph(standard_ops());
    const Value image = graph.add_input("image", {{1, 299, 300, 3}});
    const Value a = graph.add("conv2d", "a", {image}, convolution(8, 2));
    const Value b = graph.add("conv2d", "b", {a}, convolution(16, 2));
    CHECK(graph.shape(b) == Shape{1, 75, 75, 16});
    CHECK(graph.info(b).stride == 4);
    const Parameter weights = graph.parameter(graph.nodes[1], "weights");
    CHECK(graph.parameters[weights].name == "b/weights");
    CHECK(graph.parameters[weights].shape == Shape{3, 3, 8, 16});
    CHECK(graph.cost(graph.nodes[0]).multiply_adds == 150 * 150 * 8 * 27);
}

TEST_CASE("the halves of a separable convolution share one name for their weights")
{
    Graph graph(standard_ops());
    Attributes half, pointwise = convolution(8);
    half.set("kernel", std::vector<std::int64_t>{3, 3});
    half.set("multiplier", std::int64_t{2});
    half.set("separable", std::int64_t{1});
    pointwise.set("separable", std::int64_t{1});
    const Value image = graph.add_input("image", {{1, 8, 8, 3}});
    const Value middle = graph.add("depthwise_conv2d", "net/a/depthwise", {image}, half);
    graph.add("conv2d", "net/a", {middle}, pointwise);
    const auto parameter = [&](std::size_t node, const char *leaf) {
        return graph.parameters[graph.parameter(graph.nodes[node], leaf)];
    };
    CHECK(parameter(0, "depthwise_weights").name == "net/a/depthwise_weights");
    CHECK(parameter(0, "depthwise_weights").shape == Shape{3, 3, 3, 2});
    CHECK(parameter(1, "pointwise_weights").name == "net/a/pointwise_weights");
    CHECK(parameter(1, "pointwise_weights").shape == Shape{3, 3, 6, 8});
    CHECK(graph.parameter(graph.nodes[1], "weights") == 0);
}

TEST_CASE("what is wrong is said with the node's name and near names")
{
    Graph graph(standard_ops());
    const Value image = graph.add_input("image", {{1, 8, 8, 3}});
    graph.add("conv2d", "taken", {image}, convolution(4));
    CHECK(contains(message_of([&] { graph.add("conv3d", "n", {image}, {}); }),
                   "n: there is no op 'conv3d' (did you mean conv2d"));
    CHECK(contains(message_of([&] { graph.add("conv2d", "taken", {image}, convolution(4)); }), "taken"));
    CHECK(contains(message_of([&] {
                       graph.add("conv2d", "n", {image, image, image}, convolution(4));
                   }),
                   "inputs, not 3"));
    CHECK(contains(message_of([&] { graph.add("conv2d", "n", {99}, convolution(4)); }), "value 99"));
    Attributes typo = convolution(4);
    typo.set("strides", std::vector<std::int64_t>{1, 1});
    CHECK(contains(message_of([&] { graph.add("conv2d", "n", {image}, typo); }),
                   "no attribute 'strides' (did you mean stride"));
    Attributes none;
    CHECK(
        contains(message_of([&] { graph.add("conv2d", "n", {image}, none); }), "conv2d needs the attribute 'kernel'"));
    Attributes word = convolution(4);
    word.set("padding", std::string("samee"));
    CHECK(contains(message_of([&] { graph.add("conv2d", "n", {image}, word); }), "'samee'"));
}

TEST_CASE("a refused node leaves no trace")
{
    Graph graph(standard_ops());
    const Value image = graph.add_input("image", {{1, 8, 8, 3}});
    const auto values = graph.values.size(), parameters = graph.parameters.size();
    CHECK_THROWS_AS(graph.add("conv2d", "n", {image}, convolution(-4)), Error);
    CHECK(graph.values.size() == values);
    CHECK(graph.parameters.size() == parameters);
    CHECK(graph.nodes.empty());
}

TEST_CASE("the dump has one line a node")
{
    Graph graph(standard_ops());
    const Value image = graph.add_input("image", {{1, 8, 8, 3}});
    graph.set_output("map", graph.add("relu", "r", {image}, {}));
    CHECK(dump(graph) == "%1 = input image -> 1x8x8x3\n%2 = relu(%1) r -> 1x8x8x3\noutput map = %2\n");
}
