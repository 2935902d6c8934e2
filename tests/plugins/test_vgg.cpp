// SPDX-License-Identifier: Apache-2.0
// VGG: sizes of its taps, its weights in each form, its second stage (Simonyan and Zisserman 2015, table 1).
#include "plugin_folder.h"
#include "trunk.h"

#include "shared_data.h"

#include <doctest/doctest.h>

using namespace tradewind;
using plugins::Described;
using plugins::error_of;
using plugins::lacks;
using plugins::parameter_count;
using plugins::text;

namespace {

Described trunk(std::int64_t side, const std::string &options = "") { return plugins::trunk("vgg", side, options); }

std::string tap(const Described &described, const std::string &name)
{
    for (const auto &known : described.taps)
        if (known.name == name) return text(described, known);
    return "no tap " + name;
}

} // namespace

TEST_CASE("VGG: taps at 224")
{
    CHECK(plugins::table(trunk(224)) == "conv1_1 224x224x64/1\n"
                                        "conv1_2 224x224x64/1\n"
                                        "pool1 112x112x64/2\n"
                                        "conv2_1 112x112x128/2\n"
                                        "conv2_2 112x112x128/2\n"
                                        "pool2 56x56x128/4\n"
                                        "conv3_1 56x56x256/4\n"
                                        "conv3_2 56x56x256/4\n"
                                        "conv3_3 56x56x256/4\n"
                                        "pool3 28x28x256/8\n"
                                        "conv4_1 28x28x512/8\n"
                                        "conv4_2 28x28x512/8\n"
                                        "conv4_3 28x28x512/8\n"
                                        "pool4 14x14x512/16\n"
                                        "conv5_1 14x14x512/16\n"
                                        "conv5_2 14x14x512/16\n"
                                        "conv5_3 14x14x512/16\n"
                                        "pool5 7x7x512/32\n");
}

TEST_CASE("VGG: pools round down or up, and SSD's fc6 and fc7 keep conv5's stride")
{
    CHECK(tap(trunk(300), "conv4_3") == "37x37x512/8");
    CHECK(tap(trunk(300), "conv5_3") == "18x18x512/16");
    const Described ssd = trunk(300, "pools = same\nfc = convolution\n");
    CHECK(tap(ssd, "conv4_3") == "38x38x512/8");
    CHECK(tap(ssd, "pool5") == "19x19x512/16");
    CHECK(tap(ssd, "fc6") == "19x19x1024/16");
    CHECK(tap(ssd, "fc7") == "19x19x1024/16");
    const auto &fc6 = ssd.graph.producer(ssd.graph.find("vgg_16/fc6"))->attributes;
    CHECK(fc6.integers("dilation") == std::vector<std::int64_t>{6, 6});
}

TEST_CASE("VGG: parameters and multiply-adds of 16 and 19 layers")
{
    const Described sixteen = trunk(224);
    CHECK(parameter_count(sixteen.graph) == 14'714'688);
    CHECK(sixteen.graph.cost().multiply_adds == 15'346'630'656);
    // As published for the classifiers, without their last layer of 4096 x 1000 + 1000.
    CHECK(parameter_count(trunk(224, "fc = classifier\n").graph) == 138'357'544 - 4'097'000);
    CHECK(parameter_count(trunk(224, "depth = 19\nfc = classifier\n").graph) == 143'667'240 - 4'097'000);
    CHECK(tap(trunk(224, "fc = classifier\n"), "fc7") == "1x1x4096/32");
    CHECK(tap(trunk(224, "depth = 19\n"), "conv5_4") == "14x14x512/16");
}

TEST_CASE("VGG: what cannot be is said")
{
    CHECK(lacks(error_of([] { trunk(224, "depth = 17\n"); }), {"usage: ", "depth is 16 or 19, not 17"}) == "");
    CHECK(lacks(error_of([] { trunk(224, "last_tap = conv3_4\n"); }),
                {"usage: ", "'conv3_4'", "conv1_1, conv1_2, pool1,", "conv5_3, pool5"}) == "");
    CHECK(lacks(error_of([] { trunk(150, "fc = classifier\n"); }), {"usage: ", "vgg_16/fc6"}) == "");
    CHECK(lacks(error_of([] { trunk(150, "last_tap = fc6\n"); }), {"'fc6'"}) == ""); // not described without fc
    CHECK(trunk(150, "last_tap = conv3_3\n").taps.back().name == "conv3_3");
    CHECK(trunk(300, "fc = convolution\nlast_tap = fc6\n").graph.find("vgg_16/fc7") == 0);
}

TEST_CASE("VGG: fc6 and fc7 as second stage, one row of 4096 for each region of 7 x 7")
{
    const Described t = plugins::tail("vgg", {50, 7, 7, 512});
    CHECK(to_string(t.graph.shape(t.graph.output("features"))) == "50x1x1x4096");
    CHECK(lacks(error_of([] {
                    plugins::tail("vgg", {50, 6, 6, 512});
                }),
                {"usage: ", "SecondStageFeatureExtractor/vgg_16/fc6"}) == "");
}

TEST_CASE("VGG: weights are those of the classifier and of the detectors")
{
    if (!have_shared("the tables of VGG's variables")) return;
    auto classifier = plugins::published("cls_vgg_16_224", "vgg_16");
    std::erase_if(classifier, [](const auto &row) { return row.first.starts_with("vgg_16/fc8/"); });
    CHECK(plugins::parameters(trunk(224, "fc = classifier\n").graph) == classifier);
    CHECK(plugins::parameters(trunk(300, "pools = same\nfc = convolution\n").graph) ==
          plugins::published("ssd_vgg16_liu_et_al_fc6_fc7_paper_layout_300", "FeatureExtractor/vgg_16"));
    CHECK(plugins::parameters(trunk(300, "last_tap = conv5_3\n").graph) ==
          plugins::published("frcnn_vgg16_300", "FirstStageFeatureExtractor/vgg_16"));
    const auto second = plugins::published("frcnn_vgg16_300", "SecondStageFeatureExtractor");
    CHECK(second.size() == 4);
    CHECK(plugins::parameters(plugins::tail("vgg", {1, 7, 7, 512}).graph) == second);
}
