// SPDX-License-Identifier: Apache-2.0
// Shapes from described and optimised graphs; no weights are needed.
#include "network_convolutions.h"

#include "passes/passes.h"
#include "scene.h"
#include "targets/cuda/convolution_step.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

using namespace tradewind;

namespace scene {

std::vector<std::string> detector_configs()
{
    std::vector<std::string> names;
    for (const auto &entry :
         std::filesystem::directory_iterator(std::string(std::getenv("TRADEWIND_SOURCE")) + "/configs"))
        if (entry.path().extension() == ".ini" && entry.path().stem().string().find("rcnn") != std::string::npos)
            names.push_back(entry.path().stem());
        else if (entry.path().extension() == ".ini" && (entry.path().stem().string().starts_with("ssd_") ||
                                                        entry.path().stem().string().starts_with("rfcn_")))
            names.push_back(entry.path().stem());
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<cuda::ConvolutionShape> convolutions(const std::string &config)
{
    const Model model =
        make_model(registry(), read_ini(std::string(std::getenv("TRADEWIND_SOURCE")) + "/configs/" + config + ".ini"));
    Graph graph = describe(model, resized_size(model, {427, 640}));
    optimise(graph);
    std::set<cuda::ConvolutionShape> found;
    for (const Node &node : graph.nodes)
        if (const auto shape = cuda::convolution_of(graph, node, 1, cuda::Storage::f32, false)) found.insert(*shape);
    return {found.begin(), found.end()};
}

} // namespace scene
