// SPDX-License-Identifier: Apache-2.0
// SSD: its maps, anchors, names and outputs, over the extractor that it was published with and over one it has never
// seen.
#include "plugin_folder.h"

#include "shared_data.h"

#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <sstream>

using namespace tradewind;
using plugins::error_of;
using plugins::Folder;
using plugins::lacks;

namespace {

Graph ssd(std::int64_t side, const std::string &meta = "", const std::string &model = "",
          const std::string &extractor = "mobilenet_v1")
{
    const Folder folder;
    folder.add("tiny");
    folder.add("plain", "plain_taps");
    Registry registry(plugins::with_built(folder));
    const std::string least = extractor == "mobilenet_v1" ? "[extractor]\nmin_depth = 16\n" : "";
    return plugins::network(registry,
                            "[model]\nmeta = ssd\nextractor = " + extractor + "\n" + model + least + "[meta]\n" + meta,
                            {side, side});
}

std::string maps(const Graph &graph)
{
    std::string text;
    for (int i = 0; const Value map = graph.output("feature_map_" + std::to_string(i)); ++i) {
        const Shape &shape = graph.shape(map);
        text += (i ? " " : "") + std::to_string(shape[1]) + "x" + std::to_string(shape[3]);
    }
    return text;
}

std::string shape(const Graph &graph, const std::string &output)
{
    return to_string(graph.shape(graph.output(output)));
}

std::map<std::string, std::string> parameters(const Graph &graph)
{
    std::map<std::string, std::string> found;
    for (std::size_t i = 1; i < graph.parameters.size(); ++i)
        found[graph.parameters[i].name] = to_string(graph.parameters[i].shape);
    return found;
}

const Node &node(const Graph &graph, const std::string &name)
{
    const Node *found = graph.producer(graph.find(name));
    REQUIRE_MESSAGE(found, name);
    return *found;
}

} // namespace

TEST_CASE("maps and anchors at 300 and 600")
{
    const Graph small = ssd(300), large = ssd(600);
    CHECK(maps(small) == "19x512 10x1024 5x512 3x256 2x256 1x128");
    CHECK(maps(large) == "38x512 19x1024 10x512 5x256 3x256 2x128");
    CHECK(shape(small, "anchors") == "1917x4");
    CHECK(shape(large, "anchors") == "7326x4");
    CHECK(shape(small, "box_encodings") == "1x1917x4");
    CHECK(shape(small, "class_logits") == "1x1917x91");
    CHECK(shape(small, "decoded_boxes") == "1x1917x4");
}

TEST_CASE("outputs follow the options")
{
    const Graph graph = ssd(300, "max_total = 20\n", "classes = 3\n");
    CHECK(shape(graph, "class_logits") == "1x1917x4");
    CHECK(shape(graph, "detection_boxes") == "1x20x4");
    CHECK(shape(graph, "detection_scores") == "1x20");
    CHECK(shape(graph, "detection_classes") == "1x20");
    CHECK(shape(graph, "num_detections") == "1");
    CHECK(shape(ssd(300, "reduce_boxes_in_lowest_layer = false\n"), "anchors") == "3000x4");
    CHECK(shape(ssd(300, "aspect_ratios = 1.0, 2.0\n"), "anchors") == "1500x4");
}

TEST_CASE("generations differ in order, padding and score conversion")
{
    const Graph first = ssd(300, "", "generation = g1\n"), second = ssd(300), third = ssd(300, "", "generation = g3\n");
    const std::string extra = "FeatureExtractor/MobilenetV1/Conv2d_13_pointwise_2_Conv2d_3_3x3_s2_256";
    const auto input_of = [&](const Graph &g) { return g.producer(node(g, extra).inputs[0])->op->name; };
    CHECK(input_of(first) == "pad");
    CHECK(input_of(second) == "relu6");
    CHECK(first.shape(node(first, extra).inputs[0]) == Shape{1, 6, 6, 128});
    const auto text = [](const Graph &g, const std::string &op, const std::string &key) {
        for (const auto &node : g.nodes)
            if (node.op->name == op) return node.attributes.text(key);
        return std::string("absent");
    };
    CHECK(text(first, "multiple_grid_anchors", "interpolated") == "second");
    CHECK(text(second, "multiple_grid_anchors", "interpolated") == "last");
    CHECK(text(first, "convert_scores", "background") == "slice_first");
    CHECK(text(second, "convert_scores", "background") == "convert_first");
    CHECK(text(third, "multiclass_nms", "generation") == "g3");
    CHECK(maps(first) == maps(second));
}

TEST_CASE("weights are those of the published models")
{
    if (!have_shared("the table of SSD MobileNet V1's variables")) return;
    for (const std::int64_t side : {300, 600}) {
        std::ifstream file(shared_path("spec/tables/ssd_mobilenet_v1_k1_" + std::to_string(side) + ".vars.csv"));
        REQUIRE(file);
        std::map<std::string, std::string> expected;
        std::string line;
        std::getline(file, line);
        while (std::getline(file, line)) {
            std::istringstream row(line);
            std::string name, shape;
            std::getline(std::getline(row, name, ','), shape, ',');
            expected[name] = shape;
        }
        CHECK(expected.size() == 199);
        CHECK(parameters(ssd(side)) == expected);
    }
}

TEST_CASE("appended layers: names, widths, scope, normalisation")
{
    const auto narrow = parameters(ssd(300, "depth_multiplier = 0.25\n"));
    CHECK(narrow.count("FeatureExtractor/MobilenetV1/Conv2d_13_pointwise_1_Conv2d_2_1x1_64/weights") == 1);
    CHECK(narrow.count("FeatureExtractor/MobilenetV1/Conv2d_13_pointwise_1_Conv2d_5_1x1_16/weights") == 1);
    const auto outside = parameters(ssd(300, "extra_scope = outside\nnormalisation = none\nactivation = relu\n"));
    CHECK(outside.count("FeatureExtractor/Conv2d_13_pointwise_2_Conv2d_2_3x3_s2_512/biases") == 1);
    CHECK(outside.count("FeatureExtractor/Conv2d_13_pointwise_2_Conv2d_2_3x3_s2_512/BatchNorm/beta") == 0);
    CHECK(parameters(ssd(300, "predictor_kernel = 3\n")).at("BoxPredictor_0/BoxEncodingPredictor/weights") ==
          "3x3x512x12");
}

TEST_CASE("maps that the user names")
{
    CHECK(maps(ssd(300, "feature_maps = Conv2d_5_pointwise, Conv2d_11_pointwise\nextra_layers = 64\n")) ==
          "38x256 19x512 10x64");
    CHECK(lacks(error_of([] { ssd(300, "feature_maps = Conv2d_5_pointwsie\n"); }),
                {"usage: ", "ssd with mobilenet_v1", "Conv2d_5_pointwsie", "did you mean Conv2d_5_pointwise",
                 "its taps are Conv2d_1_pointwise, Conv2d_2_pointwise"}) == "");
}

TEST_CASE("an extractor that it does not know works")
{
    const Graph graph = ssd(300, "", "classes = 5\n", "tiny");
    CHECK(maps(graph) == "19x128 10x256 5x512 3x256 2x256 1x128");
    CHECK(shape(graph, "anchors") == "1917x4");
    CHECK(parameters(graph).count("FeatureExtractor/Tiny/block5_1_Conv2d_2_1x1_256/weights") == 1);
    const Graph coarse = ssd(300, "extra_layers = 16\n", "", "plain_taps");
    CHECK(maps(coarse) == "38x4 19x16");
}
