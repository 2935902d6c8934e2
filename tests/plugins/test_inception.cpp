// SPDX-License-Identifier: Apache-2.0
// The Inception networks: layers and weights as published for classifiers and detectors, both stages, and options.
#include "plugin_folder.h"
#include "published_table.h"
#include "trunk.h"

#include "shared_data.h"

#include <doctest/doctest.h>

using namespace tradewind;
using plugins::Described;
using plugins::error_of;
using plugins::lacks;
using plugins::tail;
using plugins::trunk;

namespace {

std::string last_tap(const Described &described)
{
    return described.taps.back().name + " " + text(described, described.taps.back());
}

const Node &node(const Described &described, const std::string &name)
{
    return *described.graph.producer(described.graph.find(name));
}

struct Published {
    const char *extractor, *options;
    Shape input; // a picture for the trunk, regions for the second stage
    published::Selection selection;
};

const Shape picture_224{1, 224, 224, 3}, picture_299{1, 299, 299, 3}, picture_300{1, 300, 300, 3};

const std::vector<Published> published_networks = {
    {"inception_v2", "", picture_224, {"cls_inception_v2_224", "InceptionV2"}},
    {"inception_v2",
     "stem = batch_norm\ngamma = true\nactivation = relu6\n",
     picture_300,
     {"ssd_inception_v2_k3_300", "FeatureExtractor/InceptionV2", "Mixed_5c_"}},
    {"inception_v2",
     "stem = batch_norm\ngamma = true\nlast_tap = Mixed_4e\n",
     picture_300,
     {"frcnn_inception_v2_300", "FirstStageFeatureExtractor/InceptionV2"}},
    {"inception_v2",
     "stem = batch_norm\ngamma = true\n",
     {1, 7, 7, 576},
     {"frcnn_inception_v2_300", "SecondStageFeatureExtractor"}},
    {"inception_v3", "", picture_299, {"cls_inception_v3_299", "InceptionV3"}},
    {"inception_v3",
     "gamma = true\nactivation = relu6\n",
     picture_300,
     {"ssd_inception_v3_2018_code_300", "FeatureExtractor/InceptionV3", "Mixed_7c_"}},
    {"inception_v3",
     "last_tap = Mixed_6e\n",
     picture_300,
     {"frcnn_inception_v3_300", "FirstStageFeatureExtractor/InceptionV3"}},
    {"inception_v3", "padding = same\n", {1, 17, 17, 768}, {"frcnn_inception_v3_300", "SecondStageFeatureExtractor"}},
    {"inception_resnet_v2", "", picture_299, {"cls_inception_resnet_v2_299", "InceptionResnetV2"}},
    {"inception_resnet_v2",
     "padding = same\n",
     picture_300,
     {"ssd_inception_resnet_v2_paper_layout_300", "FeatureExtractor/InceptionResnetV2"}},
    {"inception_resnet_v2",
     "padding = same\nlast_tap = PreAuxLogits\n",
     picture_300,
     {"frcnn_inception_resnet_v2_s16_300", "FirstStageFeatureExtractor/InceptionResnetV2"}},
    {"inception_resnet_v2",
     "padding = same\noutput_stride = 8\n",
     picture_300,
     {"frcnn_inception_resnet_v2_s8_300", "FirstStageFeatureExtractor/InceptionResnetV2"}},
    {"inception_resnet_v2",
     "padding = same\noutput_stride = 8\n",
     {1, 17, 17, 1088},
     {"frcnn_inception_resnet_v2_s8_300", "SecondStageFeatureExtractor"}},
};

} // namespace

TEST_CASE("layers and variables of the Inception networks are the published ones")
{
    if (!have_shared("the tables of the Inception networks")) return;
    for (const auto &row : published_networks) {
        CAPTURE(row.selection.table);
        CAPTURE(row.selection.scope);
        const Described network = row.input[3] == 3 ? trunk(row.extractor, row.input[1], row.options)
                                                    : tail(row.extractor, row.input, row.options);
        CHECK(published::variable_differences(network.graph, row.selection) == "");
        CHECK(published::layer_differences(network.graph, row.selection) == "");
    }
}

TEST_CASE("multiply-adds of the Inception trunks at their own sizes")
{
    CHECK(trunk("inception_v2", 224).graph.cost().multiply_adds == 1'933'833'216);
    CHECK(trunk("inception_v3", 299).graph.cost().multiply_adds == 5'711'168'096);
    CHECK(trunk("inception_resnet_v2", 299).graph.cost().multiply_adds == 13'154'258'016);
}

TEST_CASE("the last tap ends an Inception trunk")
{
    CHECK(last_tap(trunk("inception_v2", 300)) == "Mixed_5c 10x10x1024/32");
    CHECK(last_tap(trunk("inception_v2", 300, "last_tap = Conv2d_1a_7x7\n")) == "Conv2d_1a_7x7 150x150x64/2");
    CHECK(last_tap(trunk("inception_v2", 300, "last_tap = Mixed_4c\n")) == "Mixed_4c 19x19x576/16");
    CHECK(last_tap(trunk("inception_v3", 299)) == "Mixed_7c 8x8x2048/32");
    CHECK(last_tap(trunk("inception_v3", 299, "last_tap = Mixed_6e\n")) == "Mixed_6e 17x17x768/16");
    CHECK(last_tap(trunk("inception_resnet_v2", 299)) == "Conv2d_7b_1x1 8x8x1536/32");
    const Described stage = trunk("inception_resnet_v2", 299, "last_tap = PreAuxLogits\n");
    CHECK(last_tap(stage) == "PreAuxLogits 17x17x1088/16");
    CHECK(stage.graph.find("InceptionResnetV2/Mixed_7a") == 0);
    CHECK(lacks(error_of([] { trunk("inception_v3", 299, "last_tap = Mixed_6f\n"); }),
                {"usage: ", "last_tap is 'Mixed_6f'", "Conv2d_1a_3x3, ", ", Mixed_7c"}) == "");
}

TEST_CASE("output strides and paddings of Inception networks")
{
    const std::string dense = "padding = same\noutput_stride = 8\n";
    CHECK(last_tap(trunk("inception_resnet_v2", 300, dense)) == "PreAuxLogits 38x38x1088/8");
    CHECK(last_tap(trunk("inception_resnet_v2", 300, "padding = same\n")) == "Conv2d_7b_1x1 10x10x1536/32");
    CHECK(last_tap(trunk("inception_v3", 300, "padding = same\n")) == "Mixed_7c 10x10x2048/32");
    CHECK(lacks(error_of([] { trunk("inception_resnet_v2", 300, "output_stride = 12\n"); }),
                {"usage: ", "8 or 16, not 12"}) == "");
    CHECK(lacks(error_of([&] { trunk("inception_resnet_v2", 300, dense + "last_tap = Mixed_7a\n"); }),
                {"usage: ", "no tap of this trunk", ", PreAuxLogits"}) == "");
}

TEST_CASE("residual sums are scaled, the last one is not")
{
    const Described network = trunk("inception_resnet_v2", 299);
    const auto scale = [&](const std::string &name) {
        return node(network, "InceptionResnetV2/" + name).attributes.real("scale");
    };
    CHECK(scale("Repeat/block35_10") == 0.17);
    CHECK(scale("Repeat_1/block17_1") == 0.10);
    CHECK(scale("Repeat_2/block8_9") == 0.20);
    CHECK(scale("Block8") == 1.0);
    CHECK(node(network, "InceptionResnetV2/Repeat_2/block8_9").attributes.text("activation") == "relu");
    CHECK(node(network, "InceptionResnetV2/Block8").attributes.text("activation") == "none");
}

TEST_CASE("Inception networks with folded batch norms, in another scope")
{
    const Described network = trunk("inception_v3", 299, "normalisation = none\nscope = Net\n");
    CHECK(network.graph.find("Net/Mixed_5c/Branch_1/Conv_1_0c_5x5") != 0);
    for (const auto &node : network.graph.nodes) CHECK(node.op->name != "batch_norm");
    const Node &convolution = node(network, "Net/Mixed_7b/Branch_1/Conv2d_0b_3x1");
    CHECK(network.graph.parameter(convolution, "biases") != 0);
}

TEST_CASE("Inception networks of other widths")
{
    const Described narrow = trunk("inception_v3", 299, "depth_multiplier = 0.3\n");
    const auto channels = [&](const std::string &name) {
        return narrow.graph.shape(narrow.graph.find("InceptionV3/" + name))[3];
    };
    CHECK(channels("Conv2d_1a_3x3") == 16);          // int(9.6) is too few
    CHECK(channels("Conv2d_4a_3x3") == 57);          // int(57.6)
    CHECK(channels("Mixed_7c/Branch_1") == 2 * 115); // int(115.2)
}

TEST_CASE("the stem of Inception V2")
{
    const auto stem = [](const std::string &options) {
        const auto parameters =
            plugins::parameters(trunk("inception_v2", 224, "last_tap = Conv2d_1a_7x7\n" + options).graph);
        std::string text;
        for (const auto &[name, shape] : parameters) text += name.substr(name.rfind('/') + 1) + " " + shape + "; ";
        return text;
    };
    CHECK(stem("") == "biases 64; depthwise_weights 7x7x3x8; pointwise_weights 1x1x24x64; ");
    CHECK(stem("stem = batch_norm\ngamma = true\n") ==
          "beta 64; gamma 64; moving_mean 64; moving_variance 64; depthwise_weights 7x7x3x8; "
          "pointwise_weights 1x1x24x64; ");
    CHECK(stem("stem = batch_norm\nnormalisation = none\n") == stem(""));
    // As many filters a channel as fit into the depth, 8 at most.
    CHECK(stem("depth_multiplier = 0.25\n") == "biases 16; depthwise_weights 7x7x3x5; pointwise_weights 1x1x15x16; ");
}
