// SPDX-License-Identifier: Apache-2.0
// Detectors of two stages: their stages, options and weights, over the extractors that they were published with and
// over ones they have never seen.
#include "plugin_folder.h"
#include "trunk.h"

#include "shared_data.h"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace tradewind;
using plugins::error_of;
using plugins::Folder;
using plugins::lacks;

namespace {

Graph detector(const std::string &meta, const std::string &extractor, const std::string &options = "")
{
    const Folder folder;
    folder.add("tiny");
    folder.add("plain", "plain");
    Registry registry(plugins::with_built(folder));
    return plugins::network(registry,
                            "[model]\nmeta = " + meta + "\nextractor = " + extractor +
                                "\n[image]\nresize = keep_aspect\nmin_side = 320\n" + options,
                            {320, 480});
}

std::string shape(const Graph &graph, const std::string &output)
{
    return to_string(graph.shape(graph.output(output)));
}

Graph shipped(const std::string &config)
{
    Registry registry({{std::string(std::getenv("TRADEWIND_BUILD")) + "/plugins", "test"},
                       {std::string(std::getenv("TRADEWIND_BUILD")) + "/meta_archs", "test"}});
    const Model model =
        make_model(registry, read_ini(std::string(std::getenv("TRADEWIND_SOURCE")) + "/configs/" + config + ".ini"));
    return describe(model, resized_size(model, {300, 300}));
}

struct Table {
    const char *config, *table; // configs/<config>.ini, spec/tables/<table>.vars.csv
};

const Table tables[] = {
    {"faster_rcnn_vgg16_300", "frcnn_vgg16_300"},
    {"faster_rcnn_resnet101_300", "frcnn_resnet101_s16_300"},
    {"faster_rcnn_resnet101_300_s8", "frcnn_resnet101_s8_300"},
    {"faster_rcnn_inception_v2_300", "frcnn_inception_v2_300"},
    {"faster_rcnn_inception_v2_300_nopool", "frcnn_inception_v2_crop14_no_pool_paper_300"},
    {"faster_rcnn_inception_v3_300", "frcnn_inception_v3_300"},
    {"faster_rcnn_inception_resnet_v2_300", "frcnn_inception_resnet_v2_s16_300"},
    {"faster_rcnn_inception_resnet_v2_300_s8", "frcnn_inception_resnet_v2_s8_300"},
    {"faster_rcnn_mobilenet_v1_300", "frcnn_mobilenet_v1_crop14_no_pool_paper_300"},
    {"rfcn_resnet101_300", "rfcn_resnet101_s16_300"},
    {"rfcn_resnet101_300_7bins", "rfcn_resnet101_s16_7bins_paper_300"},
    {"rfcn_resnet101_300_s8_7bins", "rfcn_resnet101_s8_7bins_paper_300"},
    {"rfcn_inception_v2_300", "rfcn_inception_v2_3bins_paper_300"},
    {"rfcn_inception_resnet_v2_300", "rfcn_inception_resnet_v2_s16_7bins_paper_300"},
    {"rfcn_inception_resnet_v2_300_s8", "rfcn_inception_resnet_v2_s8_7bins_paper_300"},
    {"rfcn_mobilenet_v1_300", "rfcn_mobilenet_v1_3bins_paper_300"},
};

std::map<std::string, std::string> used(std::map<std::string, std::string> variables)
{
    std::erase_if(variables, [](const auto &variable) { // published, and used by nothing
        return variable.first.starts_with("FirstStageFeatureExtractor/") &&
               variable.first.find("/block4/") != std::string::npos;
    });
    return variables;
}

} // namespace

TEST_CASE("regions are cut out of a map, pooled, and looked at one by one")
{
    const Graph graph = detector("faster_rcnn", "tiny", "[meta]\nproposals = 20\ncrop = 8,6\n");
    CHECK(shape(graph, "rpn_features") == "1x20x30x128"); // the last of stride 16
    CHECK(shape(graph, "anchors") == "7200x4");
    CHECK(shape(graph, "rpn_objectness") == "1x7200x2");
    CHECK(shape(graph, "proposals_normalized") == "20x4");
    CHECK(shape(graph, "crops") == "20x8x6x128");
    CHECK(shape(graph, "crops_pooled") == "20x4x3x128");
    CHECK(shape(graph, "second_stage_features") == "20x2x2x512");
    CHECK(shape(graph, "pooled_features") == "20x512");
    CHECK(shape(graph, "refined_box_encodings") == "1x20x90x4");
    CHECK(shape(graph, "class_logits") == "1x20x91");
    CHECK(shape(graph, "detection_boxes") == "1x100x4");
    CHECK(graph.info(graph.output("pooled_features")).count == graph.output("num_proposals"));
    CHECK(graph.producer(graph.find("FirstStageFeatureExtractor/Tiny/block5")) == nullptr); // nothing needs it
}

TEST_CASE("position-sensitive maps are made once, for all regions")
{
    const Graph graph = detector("rfcn", "tiny", "[meta]\nproposals = 20\nbins = 2,3\ncrop = 4,6\n");
    CHECK(shape(graph, "second_stage_features") == "1x10x15x512");
    CHECK(shape(graph, "reduce_depth") == "1x10x15x1024");
    CHECK(shape(graph, "class_predictions_map") == "1x10x15x546");
    CHECK(shape(graph, "refined_locations_map") == "1x10x15x2160");
    CHECK(shape(graph, "class_logits") == "1x20x91");
}

TEST_CASE("an extractor without a second stage")
{
    CHECK(lacks(error_of([] { detector("faster_rcnn", "plain"); }),
                {"usage: faster_rcnn needs a second stage, which plain does not have; these have one: ", "tiny",
                 "vgg"}) == "");
    CHECK(shape(detector("rfcn", "plain"), "second_stage_features") ==
          shape(detector("rfcn", "plain"), "rpn_features"));
    CHECK(lacks(error_of([] { detector("rfcn", "plain", "[meta]\nsecond_stage = tail\n"); }),
                {"usage: ", "has no second stage"}) == "");
}

TEST_CASE("options of two stages that make no sense")
{
    const auto said = [](const std::string &options) {
        return error_of([&] { detector("faster_rcnn", "tiny", "[meta]\n" + options + "\n"); });
    };
    CHECK(lacks(said("feature_map = block9"), {"usage: ", "no tap 'block9'", "its taps are block3, block4, block5"}) ==
          "");
    CHECK(lacks(said("crop = 1,2,3"), {"usage: ", "crop is one number, or two"}) == "");
    CHECK(lacks(said("anchor_stride = 1,2,3"), {"usage: ", "anchor_stride is one number, or two"}) == "");
    CHECK(lacks(said("crop = 2\npool = 3"), {"usage: ", "MaxPool2D"}) == "");
    CHECK(lacks(said("bins = 3"), {"usage: ", "bins"}) == "");
    CHECK(lacks(said("anchor_scales ="), {"usage: "}) == "");
    CHECK(said("anchor_stride = 8,32") == "no error");
}

TEST_CASE("weights have the names and shapes of the published tables")
{
    if (!have_shared("tables of two-stage variables")) return;
    for (const Table &row : tables) {
        CAPTURE(row.config);
        CHECK(plugins::parameters(shipped(row.config)) == used(plugins::published(row.table, "")));
    }
}
