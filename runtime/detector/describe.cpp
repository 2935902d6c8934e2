// SPDX-License-Identifier: Apache-2.0
// The whole network of a model: preprocessing arithmetic by the host, the rest by its components.
#include "detector/plan.h"

#include "host/bridge.h"
#include "ops/standard_ops.h"
#include "passes/passes.h"

namespace tradewind {
namespace {

Attributes preprocessing(const Settings &settings)
{
    const auto three = [&](const char *name) {
        const auto values = settings.reals(name);
        return values.size() == 1 ? std::vector<double>(3, values[0]) : values;
    };
    Attributes attributes;
    attributes.set("scale", three("image.scale"));
    attributes.set("mean", three("image.mean"));
    attributes.set("channel_order", settings.text("image.channel_order"));
    return attributes;
}

Graph described(const Model &model, ImageSize size, std::vector<TapInfo> *taps)
{
    Graph graph(standard_ops());
    const Value image = graph.add_input("resized_image", {{1, size.height, size.width, 3}});
    graph.set_output("resized_image", image);
    const Value preprocessed = graph.add("normalize", "preprocessed", {image}, preprocessing(model.settings));
    graph.set_output("preprocessed", preprocessed);
    const int classes = static_cast<int>(model.settings.integer("model.classes"));
    auto found = describe(model.meta, *model.extractor, model.settings, classes, graph, preprocessed);
    if (taps) *taps = std::move(found);
    remove_dead_nodes(graph); // layers of the trunk after the last map in use: nobody needs weights for them
    return graph;
}

} // namespace

Graph describe(const Model &model, ImageSize resized) { return described(model, resized, nullptr); }

void keep_detections_only(Graph &graph)
{
    std::vector<NamedValue> kept;
    for (const char *name : {"detection_boxes", "detection_scores", "detection_classes", "num_detections"})
        kept.push_back({name, graph.output(name)});
    graph.outputs = std::move(kept);
}

void keep_classes_only(Graph &graph, const std::set<int> &classes)
{
    if (classes.empty()) return;
    for (auto &node : graph.nodes)
        if (node.attributes.has("classes"))
            node.attributes.set("classes", std::vector<std::int64_t>(classes.begin(), classes.end()));
}

ModelReport report(const Model &model, ImageSize picture)
{
    ModelReport report;
    report.name = model.name();
    report.size = resized_size(model, picture);
    Graph graph = described(model, report.size, &report.taps);
    report.nodes = graph.nodes.size();
    for (const auto &parameter : graph.parameters)
        report.parameters += parameter.name.empty() ? 0 : element_count(parameter.shape);
    report.parameter_bytes = report.parameters * 4;
    report.multiply_adds = graph.cost().multiply_adds;
    if (model.meta) keep_detections_only(graph);
    optimise(graph);
    report.optimised_nodes = graph.nodes.size();
    report.optimised_multiply_adds = graph.cost().multiply_adds;
    report.activation_bytes = static_cast<std::int64_t>(plan_memory(graph).arena_bytes);
    return report;
}

} // namespace tradewind
