// SPDX-License-Identifier: Apache-2.0
// Prints the taps of an extractor from a folder or, with a meta-architecture of the build tree, the outputs of both.
#include "detector/model.h"
#include "host/bridge.h"
#include "ops/standard_ops.h"
#include "tensor/error.h"

#include <cstdio>
#include <cstdlib>
#include <sstream>

using namespace tradewind;

namespace {

SearchPath search_path(const char *folder)
{
    SearchPath path = {{folder, "argument"}};
    std::istringstream built(std::getenv("TRADEWIND_PLUGIN_PATH"));
    for (std::string part; std::getline(built, part, ':');) path.push_back({part, "TRADEWIND_PLUGIN_PATH"});
    return path;
}

void print_network(const std::string &extractor, const std::string &meta, Registry &registry)
{
    const auto settings = parse_ini("[model]\nextractor = " + extractor + "\nmeta = " + meta + "\n", "arguments");
    const Model model = make_model(registry, settings);
    Graph graph(standard_ops());
    const Value image = graph.add_input("image", {{1, 300, 300, 3}});
    const auto taps = describe(model.meta, *model.extractor, model.settings, 90, graph, image);
    if (meta.empty())
        for (const auto &tap : taps)
            std::printf("%s %s stride %d\n", tap.name.c_str(), to_string(graph.shape(tap.value)).c_str(),
                        static_cast<int>(tap.stride));
    else
        for (const auto &output : graph.outputs)
            std::printf("%s %s\n", output.name.c_str(), to_string(graph.shape(output.value)).c_str());
}

} // namespace

int main(int count, char **arguments)
{
    try {
        if (count < 3) return 2;
        Registry registry(search_path(arguments[1]));
        print_network(arguments[2], count > 3 ? arguments[3] : "", registry);
        return 0;
    } catch (const Error &error) {
        std::printf("%s\n", error.what());
        return static_cast<int>(error.code());
    }
}
