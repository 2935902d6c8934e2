// SPDX-License-Identifier: Apache-2.0
// MobileNet V1: names, sizes and strides of its taps, and its parameters (Howard et al. 2017, table 1).
#include "plugin_folder.h"

#include "host/bridge.h"
#include "ops/standard_ops.h"
#include "shared_data.h"

#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

using namespace tradewind;
using plugins::error_of;
using plugins::Folder;
using plugins::lacks;

namespace {

struct Trunk {
    Graph graph{standard_ops()};
    std::vector<TapInfo> taps;
};

Trunk trunk(std::int64_t side, const std::string &options = "")
{
    const Folder empty;
    Registry registry(plugins::with_built(empty));
    const Model model =
        make_model(registry, parse_ini("[model]\nextractor = mobilenet_v1\n[extractor]\n" + options, "test"));
    Trunk trunk;
    const Value image = trunk.graph.add_input("image", {{1, side, side, 3}});
    trunk.taps = describe(nullptr, *model.extractor, model.settings, 1, trunk.graph, image);
    return trunk;
}

// "19x19x512/16": size, channels, stride.
std::string text(const Trunk &trunk, const TapInfo &tap)
{
    const Shape &shape = trunk.graph.shape(tap.value);
    return std::to_string(shape[1]) + "x" + std::to_string(shape[2]) + "x" + std::to_string(tap.channels) + "/" +
           std::to_string(tap.stride);
}

std::string table(const Trunk &trunk)
{
    std::string rows;
    for (const auto &tap : trunk.taps) rows += tap.name + " " + text(trunk, tap) + "\n";
    return rows;
}

std::int64_t parameter_count(const Graph &graph)
{
    std::int64_t count = 0;
    for (std::size_t i = 1; i < graph.parameters.size(); ++i) count += element_count(graph.parameters[i].shape);
    return count;
}

} // namespace

TEST_CASE("taps at 224")
{
    CHECK(table(trunk(224)) == "Conv2d_1_pointwise 112x112x64/2\n"
                               "Conv2d_2_pointwise 56x56x128/4\n"
                               "Conv2d_3_pointwise 56x56x128/4\n"
                               "Conv2d_4_pointwise 28x28x256/8\n"
                               "Conv2d_5_pointwise 28x28x256/8\n"
                               "Conv2d_6_pointwise 14x14x512/16\n"
                               "Conv2d_7_pointwise 14x14x512/16\n"
                               "Conv2d_8_pointwise 14x14x512/16\n"
                               "Conv2d_9_pointwise 14x14x512/16\n"
                               "Conv2d_10_pointwise 14x14x512/16\n"
                               "Conv2d_11_pointwise 14x14x512/16\n"
                               "Conv2d_12_pointwise 7x7x1024/32\n"
                               "Conv2d_13_pointwise 7x7x1024/32\n");
}

TEST_CASE("taps at 300: sizes round up, strides stay products")
{
    const Trunk t = trunk(300);
    std::map<std::string, std::string> rows;
    for (const auto &tap : t.taps) rows[tap.name] = text(t, tap);
    CHECK(rows.at("Conv2d_1_pointwise") == "150x150x64/2");
    CHECK(rows.at("Conv2d_3_pointwise") == "75x75x128/4");
    CHECK(rows.at("Conv2d_5_pointwise") == "38x38x256/8");
    CHECK(rows.at("Conv2d_11_pointwise") == "19x19x512/16");
    CHECK(rows.at("Conv2d_13_pointwise") == "10x10x1024/32");
    for (const auto &tap : t.taps) CHECK(tap.scope == "MobilenetV1");
}

TEST_CASE("parameters and multiply-adds of the trunk")
{
    const Trunk t = trunk(224);
    CHECK(parameter_count(t.graph) ==
          4'253'864 - 1'025'000); // the classifier without its last layer of 1024 x 1000 + 1000
    const auto last_layer = 1024 * 1000;
    const double millions = static_cast<double>(t.graph.cost().multiply_adds + last_layer) / 1e6;
    CHECK(millions == doctest::Approx(569).epsilon(0.001)); // as published, with that layer
}

TEST_CASE("names of nodes and weights")
{
    const Trunk t = trunk(224);
    std::set<std::string> names;
    for (const auto &node : t.graph.nodes) names.insert(node.name);
    for (const char *name : {"MobilenetV1/Conv2d_0", "MobilenetV1/Conv2d_0/BatchNorm", "MobilenetV1/Conv2d_0/Relu6",
                             "MobilenetV1/Conv2d_1_depthwise", "MobilenetV1/Conv2d_13_pointwise/Relu6"})
        CHECK(names.count(name) == 1);
    CHECK(names.size() == 27 * 3);
    CHECK(t.graph.parameters[1].name == "MobilenetV1/Conv2d_0/weights");
}

TEST_CASE("widths: the multiplier truncates, the least depth holds")
{
    const auto channels = [](const Trunk &t, std::size_t i) { return t.taps.at(i).channels; };
    const Trunk narrow = trunk(96, "depth_multiplier = 0.25\n"),
                least = trunk(96, "depth_multiplier = 0.1\nmin_depth = 16\n");
    CHECK(channels(narrow, 0) == 16);
    CHECK(channels(narrow, 12) == 256);
    CHECK(narrow.graph.shape(narrow.graph.find("MobilenetV1/Conv2d_0"))[3] == 8);
    CHECK(channels(least, 0) == 16);   // int(6.4) is too few
    CHECK(channels(least, 12) == 102); // int(102.4)
}

TEST_CASE("an output stride turns later strides into dilations")
{
    const auto last = [](const Trunk &t) { return text(t, t.taps.back()); };
    const auto dilation = [](const Trunk &t, const std::string &layer) {
        return t.graph.producer(t.graph.find("MobilenetV1/" + layer))->attributes.integers("dilation")[0];
    };
    const Trunk eight = trunk(224, "output_stride = 8\n"), sixteen = trunk(224, "output_stride = 16\n");
    CHECK(last(eight) == "28x28x1024/8");
    CHECK(last(sixteen) == "14x14x1024/16");
    CHECK(dilation(sixteen, "Conv2d_11_depthwise") == 1);
    CHECK(dilation(sixteen, "Conv2d_13_depthwise") == 2);
    CHECK(dilation(eight, "Conv2d_7_depthwise") == 2);
    CHECK(dilation(eight, "Conv2d_12_depthwise") == 2);
    CHECK(dilation(eight, "Conv2d_13_depthwise") == 4);
    CHECK(lacks(error_of([] { trunk(224, "output_stride = 12\n"); }), {"usage: ", "8, 16 or 32, not 12"}) == "");
}

TEST_CASE("folded batch norms, other activation, other scope")
{
    const Trunk t = trunk(224, "normalisation = none\nactivation = relu\nscope = Net\n");
    CHECK(t.graph.nodes.size() == 27 * 2);
    CHECK(t.graph.find("Net/Conv2d_0/Relu") != 0);
    std::set<std::string> names;
    for (const auto &parameter : t.graph.parameters) names.insert(parameter.name);
    CHECK(names.count("Net/Conv2d_1_depthwise/biases") == 1);
    CHECK(names.count("Net/Conv2d_1_depthwise/depthwise_weights") == 1);
    CHECK(parameter_count(trunk(224, "gamma = false\n").graph) == parameter_count(trunk(224).graph) - 10'944);
}

TEST_CASE("preprocessing is -1 to 1, in float32")
{
    const Folder empty;
    Registry registry(plugins::with_built(empty));
    const auto &preprocessing = registry.extractor("mobilenet_v1").preprocessing;
    CHECK(preprocessing.channel_order == "rgb");
    CHECK(preprocessing.scale == std::vector<double>(3, static_cast<float>(2.0 / 255.0)));
    CHECK(preprocessing.mean == std::vector<double>(3, 1.0));
}

TEST_CASE("weights are those of the published classifier")
{
    if (!have_shared("the table of MobileNet V1's variables")) return;
    std::ifstream file(shared_path("spec/tables/cls_mobilenet_v1_224.vars.csv"));
    REQUIRE(file);
    std::map<std::string, std::string> expected, found;
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        std::istringstream row(line);
        std::string name, shape;
        std::getline(std::getline(row, name, ','), shape, ',');
        if (name.find("/Logits/") == std::string::npos) expected[name] = shape;
    }
    const Trunk t = trunk(224);
    for (std::size_t i = 1; i < t.graph.parameters.size(); ++i)
        found[t.graph.parameters[i].name] = to_string(t.graph.parameters[i].shape);
    CHECK(expected.size() == 135);
    CHECK(found == expected);
}
