// SPDX-License-Identifier: Apache-2.0
// Shapes from described and optimised graphs, for which no weights are needed.
#include "network_convolutions.h"

#include "passes/passes.h"
#include "scene.h"
#include "targets/cuda/convolution_step.h"
#include "targets/cuda/region_steps.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

using namespace tradewind;
namespace fs = std::filesystem;

namespace scene {
namespace {

fs::path config_folder() { return fs::path(std::getenv("TRADEWIND_SOURCE")) / "configs"; }

} // namespace

std::vector<std::string> detector_configs()
{
    std::vector<std::string> names;
    for (const auto &entry : fs::directory_iterator(config_folder())) {
        if (entry.path().extension() != ".ini") continue;
        if (make_model(registry(), read_ini(entry.path())).meta) names.push_back(entry.path().stem());
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::set<cuda::ConvolutionShape> convolutions(const std::string &config)
{
    const Model model = make_model(registry(), read_ini(config_folder() / (config + ".ini")));
    Graph graph = describe(model, resized_size(model, {427, 640}));
    optimise(graph);
    std::set<cuda::ConvolutionShape> found;
    for (const Node &node : graph.nodes)
        for (const auto of : {cuda::convolution_of, cuda::prediction_of})
            if (const auto shape = of(graph, node, 1, cuda::Storage::f32, false)) found.insert(*shape);
    return found;
}

std::set<cuda::ConvolutionShape> convolutions(const std::vector<std::string> &configs)
{
    std::set<cuda::ConvolutionShape> found;
    for (const auto &config : configs) found.merge(convolutions(config));
    return found;
}

} // namespace scene
