// SPDX-License-Identifier: Apache-2.0
// Which convolution each node is, and the words for it.
#include "targets/cuda/convolution_step.h"

#include "../ops/made_up.h"
#include "ops/standard_ops.h"

#include <doctest/doctest.h>

using namespace tradewind;
using namespace tradewind::cuda;
using made_up::Integers;

namespace {

// The convolution that the node's op and attributes make of an input, for two pictures, in words.
std::string words(const std::string &op, const Shape &input, const made_up::AttributeMap &settings,
                  bool residual = false)
{
    static const OpSet ops = standard_ops();
    Graph graph(ops);
    std::vector<Value> inputs{graph.add_input("x", {input})};
    if (residual) inputs.push_back(graph.add_input("r", {{1, 19, 19, 64}}));
    graph.add(op, "node", inputs, made_up::attributes(settings));
    const auto shape = convolution_of(graph, graph.nodes.back(), 2, Storage::f16, false);
    return shape ? to_string(*shape) : "none";
}

} // namespace

TEST_CASE("a convolution keeps its window")
{
    CHECK(words("conv2d", {1, 300, 300, 3},
                {{"filters", 32},
                 {"kernel", Integers{3, 3}},
                 {"stride", Integers{2, 2}},
                 {"padding", std::string("same")}}) == "2x300x300x3 f16, 32 of 3x3, stride 2x2, pad 0 1 0 1");
    CHECK(words("conv2d", {1, 38, 38, 512},
                {{"filters", 1024},
                 {"kernel", Integers{3, 3}},
                 {"stride", Integers{1, 1}},
                 {"dilation", Integers{6, 6}},
                 {"padding", std::string("same")},
                 {"bias", 1},
                 {"activation", std::string("relu")}}) ==
          "2x38x38x512 f16, 1024 of 3x3, stride 1x1, pad 6 6 6 6, dilation 6x6, bias, relu");
}

TEST_CASE("a residual and relu6 are part of it")
{
    CHECK(words("conv2d", {1, 19, 19, 256},
                {{"filters", 64},
                 {"kernel", Integers{1, 1}},
                 {"stride", Integers{1, 1}},
                 {"padding", std::string("same")},
                 {"activation", std::string("relu6")}},
                true) == "2x19x19x256 f16, 64 of 1x1, stride 1x1, pad 0 0 0 0, residual, relu6");
}

TEST_CASE("one window over all of each map is a product")
{
    CHECK(words("conv2d", {50, 7, 7, 512},
                {{"filters", 4096},
                 {"kernel", Integers{7, 7}},
                 {"stride", Integers{1, 1}},
                 {"padding", std::string("valid")}}) == "100x1x1x25088 f16, 4096 of 1x1, stride 1x1, pad 0 0 0 0");
}

TEST_CASE("dense is a product")
{
    CHECK(words("dense", {300, 2048}, {{"units", 91}}) == "600x1x1x2048 f16, 91 of 1x1, stride 1x1, pad 0 0 0 0, bias");
}

TEST_CASE("other ops are no convolutions") { CHECK(words("relu", {1, 3, 3, 8}, {}) == "none"); }
