// SPDX-License-Identifier: Apache-2.0
// Feature extractors described alone, and the published lists of their weights.
#include "trunk.h"

#include "plugin_folder.h"
#include "published_table.h"

#include "host/description.h"
#include "host/loader.h"
#include "ops/standard_ops.h"

#include <doctest/doctest.h>

using namespace tradewind;

namespace plugins {
namespace {

Model model_of(Registry &registry, const std::string &extractor, const std::string &options)
{
    return make_model(registry, parse_ini("[model]\nextractor = " + extractor + "\n[extractor]\n" + options, "test"));
}

} // namespace

Described trunk(const std::string &extractor, std::int64_t side, const std::string &options)
{
    const Folder empty;
    Registry registry(with_built(empty));
    const Model model = model_of(registry, extractor, options);
    Described described{Graph(standard_ops()), {}};
    const Value image = described.graph.add_input("image", {{1, side, side, 3}});
    described.taps = describe(nullptr, *model.extractor, model.settings, 1, described.graph, image);
    return described;
}

Described tail(const std::string &extractor, const Shape &regions, const std::string &options)
{
    const Folder empty;
    Registry registry(with_built(empty));
    const Model model = model_of(registry, extractor, options);
    Described described{Graph(standard_ops()), {}};
    const Value input = described.graph.add_input("regions", {regions});
    tw_graph graph(described.graph);
    graph.scopes.emplace_back("SecondStageFeatureExtractor");
    const Description build(graph, *model.extractor, model.settings);
    const tw_component &component = *model.extractor->component;
    const auto interface = widened(static_cast<const tw_feature_extractor *>(component.iface));
    REQUIRE(model.extractor->has_tail);
    tw_value result = 0;
    call(graph, *model.extractor,
         [&](tw_error &error) { return interface.tail(&component, &build, input, &result, &error); });
    if (graph.error) throw Error(*graph.error);
    described.graph.set_output("features", result);
    return described;
}

std::string text(const Described &described, const TapInfo &tap)
{
    const Shape &shape = described.graph.shape(tap.value);
    return std::to_string(shape[1]) + "x" + std::to_string(shape[2]) + "x" + std::to_string(tap.channels) + "/" +
           std::to_string(tap.stride);
}

std::string table(const Described &described)
{
    std::string rows;
    for (const auto &tap : described.taps) rows += tap.name + " " + text(described, tap) + "\n";
    return rows;
}

std::map<std::string, std::string> parameters(const Graph &graph)
{
    std::map<std::string, std::string> found;
    for (std::size_t i = 1; i < graph.parameters.size(); ++i)
        if (!graph.parameters[i].name.empty()) // those of nodes that went have none
            found[graph.parameters[i].name] = to_string(graph.parameters[i].shape);
    return found;
}

std::int64_t parameter_count(const Graph &graph)
{
    std::int64_t count = 0;
    for (std::size_t i = 1; i < graph.parameters.size(); ++i) count += element_count(graph.parameters[i].shape);
    return count;
}

std::map<std::string, std::string> published(const std::string &name, const std::string &scope)
{
    // Of "FirstStageFeatureExtractor/vgg_16": what the meta-architecture adds.
    const auto dropped = scope.rfind('/') + 1;
    std::map<std::string, std::string> rows;
    for (const auto &row : ::published::read_table(name + ".vars")) {
        const std::string &variable = row.at("variable");
        if (scope.empty() || variable.starts_with(scope + "/")) rows[variable.substr(dropped)] = row.at("shape");
    }
    return rows;
}

} // namespace plugins
