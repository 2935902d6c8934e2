// SPDX-License-Identifier: Apache-2.0
// MobileNet V1: names, sizes and strides of its taps, and its parameters (Howard et al. 2017, table 1).
#include "plugin_folder.h"
#include "trunk.h"

#include "shared_data.h"

#include <doctest/doctest.h>

#include <set>

using namespace tradewind;
using plugins::Described;
using plugins::error_of;
using plugins::Folder;
using plugins::lacks;
using plugins::parameter_count;
using plugins::table;
using plugins::text;

namespace {

Described trunk(std::int64_t side, const std::string &options = "")
{
    return plugins::trunk("mobilenet_v1", side, options);
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
    const Described t = trunk(300);
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
    const Described t = trunk(224);
    CHECK(parameter_count(t.graph) ==
          4'253'864 - 1'025'000); // the classifier without its last layer of 1024 x 1000 + 1000
    const auto last_layer = 1024 * 1000;
    const double millions = static_cast<double>(t.graph.cost().multiply_adds + last_layer) / 1e6;
    CHECK(millions == doctest::Approx(569).epsilon(0.001)); // as published, with that layer
}

TEST_CASE("names of nodes and weights")
{
    const Described t = trunk(224);
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
    const auto channels = [](const Described &t, std::size_t i) { return t.taps.at(i).channels; };
    const Described narrow = trunk(96, "depth_multiplier = 0.25\n"),
                    least = trunk(96, "depth_multiplier = 0.1\nmin_depth = 16\n");
    CHECK(channels(narrow, 0) == 16);
    CHECK(channels(narrow, 12) == 256);
    CHECK(narrow.graph.shape(narrow.graph.find("MobilenetV1/Conv2d_0"))[3] == 8);
    CHECK(channels(least, 0) == 16);   // int(6.4) is too few
    CHECK(channels(least, 12) == 102); // int(102.4)
}

TEST_CASE("an output stride turns later strides into dilations")
{
    const auto last = [](const Described &t) { return text(t, t.taps.back()); };
    const auto dilation = [](const Described &t, const std::string &layer) {
        return t.graph.producer(t.graph.find("MobilenetV1/" + layer))->attributes.integers("dilation")[0];
    };
    const Described eight = trunk(224, "output_stride = 8\n"), sixteen = trunk(224, "output_stride = 16\n");
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
    const Described t = trunk(224, "normalisation = none\nactivation = relu\nscope = Net\n");
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
    auto expected = plugins::published("cls_mobilenet_v1_224", "MobilenetV1");
    std::erase_if(expected, [](const auto &row) { return row.first.find("/Logits/") != std::string::npos; });
    CHECK(expected.size() == 135);
    CHECK(plugins::parameters(trunk(224).graph) == expected);
}

TEST_CASE("the trunk ends at the tap that is named")
{
    const Described t = trunk(300, "last_tap = Conv2d_11_pointwise\n");
    CHECK(t.taps.size() == 11);
    CHECK(t.taps.back().name == "Conv2d_11_pointwise");
    CHECK(t.graph.find("MobilenetV1/Conv2d_12_depthwise") == 0);
    CHECK(lacks(error_of([] { trunk(224, "last_tap = Conv2d_14_pointwise\n"); }),
                {"usage: ", "'Conv2d_14_pointwise'", "Conv2d_1_pointwise, Conv2d_2_pointwise,",
                 "Conv2d_12_pointwise, Conv2d_13_pointwise"}) == "");
}

TEST_CASE("the second stage: two separable convolutions with one batch norm each")
{
    const Described t = plugins::tail("mobilenet_v1", {50, 14, 14, 512});
    CHECK(to_string(t.graph.shape(t.graph.output("features"))) == "50x7x7x1024");
    CHECK(t.graph.nodes.size() == 2 * 4);
    CHECK(t.graph.find("SecondStageFeatureExtractor/MobilenetV1/Conv2d_13_pointwise") != 0);
    const auto narrow =
        plugins::tail("mobilenet_v1", {1, 7, 7, 64}, "depth_multiplier = 0.125\nnormalisation = none\n");
    CHECK(to_string(narrow.graph.shape(narrow.graph.output("features"))) == "1x4x4x128");
    CHECK(plugins::parameters(narrow.graph).at("SecondStageFeatureExtractor/MobilenetV1/Conv2d_12_pointwise/biases") ==
          "128");
}

TEST_CASE("both stages have the weights of the published two-stage detector")
{
    if (!have_shared("the tables of Faster R-CNN MobileNet V1's variables")) return;
    const char *file = "frcnn_mobilenet_v1_crop14_no_pool_paper_300";
    CHECK(plugins::parameters(trunk(300, "last_tap = Conv2d_11_pointwise\n").graph) ==
          plugins::published(file, "FirstStageFeatureExtractor/MobilenetV1"));
    const auto second = plugins::published(file, "SecondStageFeatureExtractor");
    CHECK(second.size() == 12);
    CHECK(plugins::parameters(plugins::tail("mobilenet_v1", {1, 14, 14, 512}).graph) == second);
}
