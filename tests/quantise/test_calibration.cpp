// SPDX-License-Identifier: Apache-2.0
// What calibration watches is what detectors run.
#include "quantise/calibration.h"

#include "image/decode.h"
#include "image/picture.h"
#include "scene.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace tradewind;

namespace {

constexpr const char *ssd = "[model]\nmeta = ssd\nextractor = mobilenet_v1\nclasses = 3\n"
                            "[image]\nresize = fixed\nsize = 96\n[extractor]\ndepth_multiplier = 0.25\nmin_depth = 8\n";
constexpr const char *faster_rcnn = "[model]\nmeta = faster_rcnn\nextractor = mobilenet_v1\nclasses = 5\n"
                                    "[image]\nresize = keep_aspect\nmin_side = 64\nmax_side = 600\n"
                                    "[extractor]\nmin_depth = 16\n"
                                    "[meta]\nfeature_map = Conv2d_11_pointwise\nproposals = 10\n";

Graph graph_of(const Model &model) { return detection_graph(model, resized_size(model, {80, 100}), {}); }

// Every map between the network's nodes has a range, which the graph takes, and that holds what was seen.
void check_watched(const char *ini)
{
    Model model = scene::seeded_model(ini);
    const auto target = open_target("reference", {}, {});
    Calibration calibration(model, *target, {});
    calibration.add(formula_picture(80, 100));
    const Quantisation first = calibration.result(RangeMethod::minmax);
    calibration.add(formula_picture(100, 80)); // another size, where the aspect is kept
    model.quantisation = calibration.result(RangeMethod::minmax);
    CHECK(unknown_names(model.quantisation, graph_of(model)).empty());
    const Graph graph = graph_of(model);
    std::size_t known = 0;
    for (const Value value : network_values(graph)) {
        const ValueInfo &info = graph.info(value);
        CAPTURE(info.name);
        REQUIRE(info.range.known());
        CHECK(info.range.low <= first.ranges.at(info.name).low);
        CHECK(info.range.high >= first.ranges.at(info.name).high);
        ++known;
    }
    CHECK(known > 20);
    CHECK(model.quantisation.made.at("method") == "minmax");
}

} // namespace

TEST_CASE("every value of a network gets a range") { check_watched(ssd); }

TEST_CASE("so does every value of two stages, from the live rows alone") { check_watched(faster_rcnn); }

TEST_CASE("values after ReLU6 are between 0 and 6")
{
    const Model model = scene::seeded_model(ssd);
    const auto target = open_target("reference", {}, {});
    Calibration calibration(model, *target, {});
    calibration.add(formula_picture(90, 90));
    std::size_t seen = 0;
    for (const Node &node : graph_of(model).nodes) {
        if (!node.attributes.has("activation") || node.attributes.text("activation") != "relu6") continue;
        const Histogram &histogram = calibration.histograms().at(node.name);
        CHECK(histogram.low() == 0.0f);
        CHECK(histogram.high() <= 6.0f);
        ++seen;
    }
    CHECK(seen > 10);
}

TEST_CASE("ranges go no further than an activation lets values go, and nodes are kept out by name")
{
    const Model model = scene::seeded_model(ssd);
    Graph graph = graph_of(model);
    const auto relu6 = std::find_if(graph.nodes.begin(), graph.nodes.end(), [](const Node &node) {
        return node.attributes.has("activation") && node.attributes.text("activation") == "relu6";
    });
    REQUIRE(relu6 != graph.nodes.end());
    Quantisation quantisation;
    quantisation.ranges[relu6->name] = {-5, 9};
    quantisation.ranges["not there"] = {0, 1};
    quantisation.kept = {relu6->name, "neither"};
    apply(quantisation, graph);
    const ValueRange range = graph.info(relu6->outputs.front()).range;
    CHECK(range.low == 0.0f);
    CHECK(range.high == 6.0f);
    CHECK_FALSE(relu6->may_quantise);
    CHECK(std::count_if(graph.nodes.begin(), graph.nodes.end(), [](const Node &n) { return !n.may_quantise; }) == 1);
    CHECK(unknown_names(quantisation, graph) == std::set<std::string>{"neither", "not there"});
    const Quantisation part = known_part(quantisation, graph);
    CHECK(part.ranges.size() == 1);
    CHECK(part.kept == std::set<std::string>{relu6->name});
}

TEST_CASE("heads are what detections are made of, in both stages")
{
    const Model one = scene::seeded_model(ssd), two = scene::seeded_model(faster_rcnn);
    CHECK(head_values(graph_of(one)).size() == 3); // encodings, logits, anchors
    CHECK(head_values(graph_of(two)).size() >= 5);
}
