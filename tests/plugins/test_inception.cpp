// SPDX-License-Identifier: Apache-2.0
// The Inception networks: layers and weights as published for classifiers and detectors, both stages, and options.
#include "plugin_folder.h"
#include "published_table.h"

#include "host/bridge.h"
#include "ops/standard_ops.h"
#include "shared_data.h"

#include <doctest/doctest.h>

using namespace tradewind;
using plugins::error_of;
using plugins::Folder;
using plugins::lacks;

namespace {

struct Network {
    Graph graph{standard_ops()};
    std::vector<TapInfo> taps;

    std::string last_tap() const
    {
        const Shape &shape = graph.shape(taps.back().value);
        return taps.back().name + " " + to_string(shape) + "/" + std::to_string(taps.back().stride);
    }
    const Node &node(const std::string &name) const { return *graph.producer(graph.find(name)); }
};

Network describe_ini(const Registry &registry, const std::string &ini, std::int64_t side)
{
    const Model model = make_model(const_cast<Registry &>(registry), parse_ini(ini, "test"));
    Network network;
    const Value image = network.graph.add_input("image", {{1, side, side, 3}});
    network.taps = describe(model.meta, *model.extractor, model.settings, 1, network.graph, image);
    return network;
}

Network trunk(const std::string &extractor, std::int64_t side, const std::string &options = "")
{
    const Folder empty;
    const Registry registry(plugins::with_built(empty));
    return describe_ini(registry, "[model]\nextractor = " + extractor + "\n[extractor]\n" + options, side);
}

Network both_stages(const std::string &extractor, std::int64_t side, const std::string &tap, const std::string &options)
{
    const Folder folder;
    folder.add("two_stages", "", "meta-architecture:org.example.two_stages");
    const Registry registry(plugins::with_built(folder));
    return describe_ini(registry,
                        "[model]\nmeta = two_stages\nextractor = " + extractor + "\n[meta]\ntap = " + tap +
                            "\n[extractor]\nlast_tap = " + tap + "\n" + options,
                        side);
}

struct Published {
    const char *extractor;
    std::int64_t side;
    const char *options;
    published::Selection selection;
    const char *tap = nullptr; // of two stages
};

const std::vector<Published> published_networks = {
    {"inception_v3", 299, "", {"cls_inception_v3_299", "InceptionV3/"}},
    {"inception_v3",
     300,
     "gamma = true\nactivation = relu6\n",
     {"ssd_inception_v3_2018_code_300", "FeatureExtractor/InceptionV3/", "Mixed_7c_", "FeatureExtractor/"}},
    {"inception_v3",
     300,
     "",
     {"frcnn_inception_v3_300", "FirstStageFeatureExtractor/,SecondStageFeatureExtractor/"},
     "Mixed_6e"},
    {"inception_resnet_v2", 299, "", {"cls_inception_resnet_v2_299", "InceptionResnetV2/"}},
    {"inception_resnet_v2",
     300,
     "padding = same\n",
     {"ssd_inception_resnet_v2_paper_layout_300", "FeatureExtractor/InceptionResnetV2/", "\n", "FeatureExtractor/"}},
    {"inception_resnet_v2",
     300,
     "padding = same\n",
     {"rfcn_inception_resnet_v2_s16_7bins_paper_300", "FirstStageFeatureExtractor/,SecondStageFeatureExtractor/"},
     "PreAuxLogits"},
    {"inception_resnet_v2",
     300,
     "padding = same\noutput_stride = 8\n",
     {"rfcn_inception_resnet_v2_s8_7bins_paper_300", "FirstStageFeatureExtractor/,SecondStageFeatureExtractor/"},
     "PreAuxLogits"},
};

} // namespace

TEST_CASE("layers and variables are those of the published networks")
{
    if (!have_shared("the tables of the Inception networks")) return;
    for (const auto &row : published_networks) {
        CAPTURE(row.selection.table);
        const Network network = row.tap ? both_stages(row.extractor, row.side, row.tap, row.options)
                                        : trunk(row.extractor, row.side, row.options);
        CHECK(published::variable_differences(network.graph, row.selection) == "");
        CHECK(published::layer_differences(network.graph, row.selection) == "");
    }
}

TEST_CASE("multiply-adds of the trunks at their own sizes")
{
    CHECK(trunk("inception_v3", 299).graph.cost().multiply_adds == 5'711'168'096);
    CHECK(trunk("inception_resnet_v2", 299).graph.cost().multiply_adds == 13'154'258'016);
}

TEST_CASE("the last tap ends the trunk")
{
    CHECK(trunk("inception_v3", 299).last_tap() == "Mixed_7c 1x8x8x2048/32");
    CHECK(trunk("inception_v3", 299, "last_tap = Mixed_6e\n").last_tap() == "Mixed_6e 1x17x17x768/16");
    CHECK(trunk("inception_resnet_v2", 299).last_tap() == "Conv2d_7b_1x1 1x8x8x1536/32");
    const Network stage = trunk("inception_resnet_v2", 299, "last_tap = PreAuxLogits\n");
    CHECK(stage.last_tap() == "PreAuxLogits 1x17x17x1088/16");
    CHECK(stage.graph.find("InceptionResnetV2/Mixed_7a") == 0);
    CHECK(lacks(error_of([] { trunk("inception_v3", 299, "last_tap = Mixed_6f\n"); }),
                {"usage: ", "last_tap is 'Mixed_6f'", "Conv2d_1a_3x3, ", ", Mixed_7c"}) == "");
}

TEST_CASE("output strides and paddings")
{
    const std::string dense = "padding = same\noutput_stride = 8\n";
    CHECK(trunk("inception_resnet_v2", 300, dense).last_tap() == "PreAuxLogits 1x38x38x1088/8");
    CHECK(trunk("inception_resnet_v2", 300, "padding = same\n").last_tap() == "Conv2d_7b_1x1 1x10x10x1536/32");
    CHECK(trunk("inception_v3", 300, "padding = same\n").last_tap() == "Mixed_7c 1x10x10x2048/32");
    CHECK(lacks(error_of([] { trunk("inception_resnet_v2", 300, "output_stride = 12\n"); }),
                {"usage: ", "8 or 16, not 12"}) == "");
    CHECK(lacks(error_of([&] { trunk("inception_resnet_v2", 300, dense + "last_tap = Mixed_7a\n"); }),
                {"usage: ", "none of the taps", ", PreAuxLogits"}) == "");
}

TEST_CASE("residual sums are scaled, the last one is not")
{
    const Network network = trunk("inception_resnet_v2", 299);
    const auto scale = [&](const std::string &name) {
        return network.node("InceptionResnetV2/" + name).attributes.real("scale");
    };
    CHECK(scale("Repeat/block35_10") == 0.17);
    CHECK(scale("Repeat_1/block17_1") == 0.10);
    CHECK(scale("Repeat_2/block8_9") == 0.20);
    CHECK(scale("Block8") == 1.0);
    CHECK(network.node("InceptionResnetV2/Repeat_2/block8_9").attributes.text("activation") == "relu");
    CHECK(network.node("InceptionResnetV2/Block8").attributes.text("activation") == "none");
}

TEST_CASE("folded batch norms, another scope")
{
    const Network network = trunk("inception_v3", 299, "normalisation = none\nscope = Net\n");
    CHECK(network.graph.find("Net/Mixed_5c/Branch_1/Conv_1_0c_5x5") != 0);
    for (const auto &node : network.graph.nodes) CHECK(node.op->name != "batch_norm");
    const Node &convolution = network.node("Net/Mixed_7b/Branch_1/Conv2d_0b_3x1");
    CHECK(network.graph.parameter(convolution, "biases") != 0);
}

TEST_CASE("widths: the multiplier truncates, the least depth holds")
{
    const Network narrow = trunk("inception_v3", 299, "depth_multiplier = 0.3\n");
    const auto channels = [&](const std::string &name) {
        return narrow.graph.shape(narrow.graph.find("InceptionV3/" + name))[3];
    };
    CHECK(channels("Conv2d_1a_3x3") == 16);          // int(9.6) is too few
    CHECK(channels("Conv2d_4a_3x3") == 57);          // int(57.6)
    CHECK(channels("Mixed_7c/Branch_1") == 2 * 115); // int(115.2)
}
