// SPDX-License-Identifier: Apache-2.0
// Every layer of second stages, on the whole map of the first one, as R-FCN has them.
#include "golden.h"
#include "scene.h"
#include "trunk.h"

#include "image/decode.h"
#include "passes/passes.h"
#include "shared_data.h"
#include "weights/binding.h"
#include "weights/seeded.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

using namespace tradewind;
using json = nlohmann::json;

namespace {

struct Row {
    std::string extractor, options, tap; // goldens/rfcn/<extractor>.json; the map that the second stage is given
    std::size_t layers;                  // how many of the second stage are stored
};

const Row rows[] = {
    {"inception_resnet_v2", "padding = same\n", "PreAuxLogits", 70},
    {"inception_v2", "stem = batch_norm\ngamma = true\n", "Mixed_4e", 25},
    {"inception_v3", "", "Mixed_6e", 34},
};

Tensor first_stage(const Row &row, const std::string &target)
{
    const std::string ini = "[model]\nextractor = " + row.extractor +
                            "\n[image]\nresize = keep_aspect\nmin_side = 300\nmax_side = 1024\n[extractor]\n" +
                            row.options + "last_tap = " + row.tap + "\n";
    auto detector = scene::detector(scene::seeded_model(ini, "FirstStageFeatureExtractor/"), target);
    const Tensor map = detector.trace(formula_picture(225, 300), {row.tap}).at(row.tap);
    const Shape &shape = map.shape();
    return map.reshaped({1, shape[0], shape[1], shape[2]});
}

// Every node by name.
std::map<std::string, Tensor> second_stage(const Row &row, const Tensor &map, const std::string &target_name)
{
    Graph graph = plugins::tail(row.extractor, map.shape(), row.options).graph;
    bind(graph, seeded_weights(graph));
    optimise_for_names(graph);
    graph.outputs.clear();
    std::vector<std::string> names;
    for (const auto &node : graph.nodes) {
        graph.set_output(node.name, node.outputs.front());
        names.push_back(node.name);
    }
    const auto target = open_target(target_name, scene::module_folders(), {});
    const MemoryPlan plan = plan_memory(graph);
    const auto executable = target->compile(std::move(graph), plan, {});
    executable->write(0, map);
    executable->run();
    std::map<std::string, Tensor> values;
    for (std::size_t i = 0; i < names.size(); ++i) values[names[i]] = executable->read(i);
    return values;
}

void compare(const Row &row, const std::string &target)
{
    CAPTURE(row.extractor);
    CAPTURE(target);
    const json golden = json::parse(scene::read_text(shared_path("goldens/rfcn/" + row.extractor + ".json")));
    const auto values = second_stage(row, first_stage(row, target), target);
    std::size_t compared = 0;
    double worst = 0;
    for (const auto &[name, layer] : golden.at("layers").items()) {
        if (!name.starts_with("SecondStageFeatureExtractor/")) continue;
        CAPTURE(name);
        const auto found = values.find(name);
        REQUIRE(found != values.end());
        const double deviation = layer.at("std");
        const double part = golden::largest_sample_difference(found->second, layer.at("samples")) / deviation;
        CHECK(part <= 1e-4);
        CHECK(std::abs(golden::statistics(found->second).deviation - deviation) <= 1e-5 * deviation);
        worst = std::max(worst, part);
        ++compared;
    }
    CHECK(compared == row.layers);
    MESSAGE("second stage of " << row.extractor << " on " << target << ": at most " << worst << " deviations apart");
}

} // namespace

TEST_CASE("second stages: every layer, on the whole map of the first stage")
{
    if (!have_shared("golden second stages of whole maps")) return;
    for (const Row &row : rows)
        for (const auto &target : scene::targets())
            if (target != "reference") compare(row, target);
}

TEST_CASE("second stages of whole maps on the reference target")
{
    if (!have_shared("golden second stages of whole maps")) return;
    for (const Row &row : rows) compare(row, "reference");
}
