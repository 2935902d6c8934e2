// SPDX-License-Identifier: Apache-2.0
// ResNet V1: sizes of its taps, where strides and dilations sit, its weights, its second stage (He et al. 2016).
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

Described trunk(std::int64_t side, const std::string &options = "")
{
    return plugins::trunk("resnet_v1", side, options);
}

std::string blocks(const Described &described)
{
    std::string all;
    for (const auto &tap : described.taps)
        if (tap.name.find("/unit_") == std::string::npos)
            all += (all.empty() ? "" : " ") + tap.name + " " + text(described, tap);
    return all;
}

// "2/1": stride and dilation of a convolution of resnet_v1_101.
std::string step(const Described &described, const std::string &layer)
{
    const Node *node = described.graph.producer(described.graph.find("resnet_v1_101/" + layer));
    REQUIRE_MESSAGE(node, layer);
    return std::to_string(node->attributes.integers("stride")[0]) + "/" +
           std::to_string(node->attributes.integers("dilation")[0]);
}

} // namespace

TEST_CASE("ResNet: taps at 224 and 300")
{
    const Described t = trunk(224);
    CHECK(blocks(t) == "conv1 112x112x64/2 pool1 56x56x64/4 block1 28x28x256/8 block2 14x14x512/16 block3 7x7x1024/32 "
                       "block4 7x7x2048/32");
    CHECK(t.taps.size() == 2 + 33 + 4);
    CHECK(t.taps[2].name == "block1/unit_1/bottleneck_v1");
    CHECK(t.taps[2].scope == "resnet_v1_101");
    CHECK(blocks(trunk(300, "output_stride = 16\n")) ==
          "conv1 150x150x64/2 pool1 75x75x64/4 block1 38x38x256/8 block2 19x19x512/16 block3 19x19x1024/16 "
          "block4 19x19x2048/16");
    CHECK(blocks(trunk(224, "stride_in = first_unit\n")) ==
          "conv1 112x112x64/2 pool1 56x56x64/4 block1 56x56x256/4 block2 28x28x512/8 block3 14x14x1024/16 "
          "block4 7x7x2048/32");
}

TEST_CASE("ResNet: parameters and multiply-adds")
{
    const Described t = trunk(224);
    CHECK(parameter_count(t.graph) == 42'605'504);
    CHECK(t.graph.cost().multiply_adds == 7'192'428'544);
    // The classifiers' trainable parameters as published with their papers, without 2048 x 1000 + 1000; besides, each
    // batch norm has a mean and a variance.
    const auto trainable = [](const std::string &depth) {
        const Described of = trunk(224, "depth = " + depth + "\n");
        std::int64_t count = 0;
        for (const auto &parameter : of.graph.parameters)
            if (!parameter.name.empty() && parameter.name.find("/moving_") == std::string::npos)
                count += element_count(parameter.shape);
        return count;
    };
    CHECK(trainable("50") == 25'557'032 - 2'049'000);
    CHECK(trainable("101") == 44'549'160 - 2'049'000);
    CHECK(trainable("152") == 60'192'808 - 2'049'000);
}

TEST_CASE("ResNet: strides sit in the last unit's 3x3, or in the first unit's 1x1")
{
    const Described last = trunk(224), first = trunk(224, "stride_in = first_unit\n");
    CHECK(step(last, "block1/unit_3/bottleneck_v1/conv1") == "1/1");
    CHECK(step(last, "block1/unit_3/bottleneck_v1/conv2") == "2/1");
    CHECK(step(last, "block2/unit_1/bottleneck_v1/shortcut") == "1/1");
    CHECK(last.graph.producer(last.graph.find("resnet_v1_101/block1/unit_3/bottleneck_v1/shortcut"))->op->name ==
          "max_pool");
    CHECK(step(first, "block1/unit_3/bottleneck_v1/conv2") == "1/1");
    CHECK(step(first, "block2/unit_1/bottleneck_v1/conv1") == "2/1");
    CHECK(step(first, "block2/unit_1/bottleneck_v1/conv2") == "1/1");
    CHECK(step(first, "block2/unit_1/bottleneck_v1/shortcut") == "2/1");
    CHECK(first.graph.find("resnet_v1_101/block1/unit_3/bottleneck_v1/shortcut") == 0);
}

TEST_CASE("ResNet: an output stride turns later strides into dilations")
{
    const Described sixteen = trunk(224, "output_stride = 16\n"), eight = trunk(224, "output_stride = 8\n");
    CHECK(step(sixteen, "block3/unit_23/bottleneck_v1/conv2") == "1/1");
    CHECK(step(sixteen, "block4/unit_1/bottleneck_v1/conv2") == "1/2");
    CHECK(step(eight, "block1/unit_3/bottleneck_v1/conv2") == "2/1");
    CHECK(step(eight, "block2/unit_4/bottleneck_v1/conv2") == "1/1");
    CHECK(step(eight, "block3/unit_1/bottleneck_v1/conv2") == "1/2");
    CHECK(step(eight, "block3/unit_23/bottleneck_v1/conv2") == "1/2");
    CHECK(step(eight, "block4/unit_3/bottleneck_v1/conv2") == "1/4");
}

TEST_CASE("ResNet: what cannot be is said")
{
    CHECK(lacks(error_of([] { trunk(224, "depth = 100\n"); }), {"usage: ", "50, 101 or 152, not 100"}) == "");
    CHECK(lacks(error_of([] { trunk(224, "output_stride = 12\n"); }), {"usage: ", "8, 16 or 32, not 12"}) == "");
    CHECK(lacks(error_of([] { trunk(224, "last_tap = block5\n"); }),
                {"usage: ", "'block5'", "conv1, pool1, block1/unit_1/bottleneck_v1,", ", block4"}) == "");
}

TEST_CASE("ResNet: the second stage is block4 without stride or dilation")
{
    const Described t = plugins::tail("resnet_v1", {50, 7, 7, 1024}, "output_stride = 8\n");
    CHECK(to_string(t.graph.shape(t.graph.output("features"))) == "50x7x7x2048");
    for (const auto &node : t.graph.nodes)
        if (node.op->name == "conv2d") {
            CHECK(node.attributes.integers("stride")[0] == 1);
            CHECK(node.attributes.integers("dilation")[0] == 1);
        }
}

TEST_CASE("ResNet: weights are those of the classifier and of the detectors")
{
    if (!have_shared("the tables of ResNet's variables")) return;
    auto classifier = plugins::published("cls_resnet_v1_101_224", "resnet_v1_101");
    std::erase_if(classifier, [](const auto &row) { return row.first.starts_with("resnet_v1_101/logits/"); });
    CHECK(plugins::parameters(trunk(224).graph) == classifier);
    const auto to_block3 = plugins::parameters(trunk(300, "output_stride = 16\nlast_tap = block3\n").graph);
    CHECK(to_block3 ==
          plugins::published("ssd_resnet_101_stride16_paper_layout_300", "FeatureExtractor/resnet_v1_101"));
    for (const char *file : {"frcnn_resnet101_s16_300", "frcnn_resnet101_s8_600", "rfcn_resnet101_s16_300"}) {
        CAPTURE(file);
        auto first = plugins::published(file, "FirstStageFeatureExtractor/resnet_v1_101");
        CHECK(plugins::parameters(trunk(300, "output_stride = 16\n").graph) == first);
        CHECK(std::erase_if(first, [](const auto &row) { return row.first.starts_with("resnet_v1_101/block4/"); }) ==
              50);
        CHECK(to_block3 == first);
        const auto second = plugins::published(file, "SecondStageFeatureExtractor");
        CHECK(second.size() == 50);
        CHECK(plugins::parameters(plugins::tail("resnet_v1", {1, 7, 7, 1024}).graph) == second);
    }
}
