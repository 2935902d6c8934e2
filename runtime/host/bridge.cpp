// SPDX-License-Identifier: Apache-2.0
// Calling components across the ABI.
#include "host/bridge.h"

#include "host/description.h"
#include "host/loader.h"

#include <utility>

namespace tradewind {
namespace {

// What the user asked for is the user's to change; the rest is the plugin's.
ErrorCode code_of(tw_status status)
{
    const bool usage = status == TW_INVALID || status == TW_UNSUPPORTED || status == TW_NOT_FOUND;
    if (status == TW_NO_MEMORY) return ErrorCode::resource;
    return usage ? ErrorCode::usage : ErrorCode::refused;
}

void take_status(tw_graph &graph, const Component &component, tw_status status, tw_error &error)
{
    if (status == TW_OK || graph.error) return;
    error.message[sizeof error.message - 1] = '\0';
    const std::string silent = "the plugin failed with status " + std::to_string(status) + " and gave no reason";
    const std::string said =
        (code_of(status) == ErrorCode::refused ? "the plugin failed: " : "") + std::string(error.message);
    graph.fail(Error(code_of(status), error.message[0] ? said : silent, component.name));
}

void require_result(const Graph &graph, const Component &meta, const std::string &name, const Shape &expected)
{
    const Value value = graph.output(name);
    if (!value)
        throw Error(ErrorCode::refused, meta.id + " describes no output '" + name + "', which a meta-architecture must",
                    meta.library);
    if (graph.shape(value) != expected)
        throw Error(ErrorCode::refused,
                    meta.id + " describes " + name + " as " + to_string(graph.shape(value)) + ", which must be " +
                        to_string(expected),
                    meta.library);
}

void require_results(const Graph &graph, const Component &meta)
{
    const Value scores = graph.output("detection_scores");
    const std::int64_t rows = scores && graph.shape(scores).size() == 2 ? graph.shape(scores)[1] : 0;
    require_result(graph, meta, "detection_scores", {1, rows});
    require_result(graph, meta, "detection_boxes", {1, rows, 4});
    require_result(graph, meta, "detection_classes", {1, rows});
    require_result(graph, meta, "num_detections", {1});
}

void build(tw_graph &graph, const Component &meta, const Component &extractor, const Settings &settings, int classes,
           Value image)
{
    Description description(graph, meta, settings);
    description.extractor = &extractor;
    if (!extractor.has_tail) description.tail = nullptr;
    description.classes = classes;
    const auto interface = widened(static_cast<const tw_meta_architecture *>(meta.component->iface));
    call(graph, meta, [&](tw_error &error) { return interface.build(meta.component, &description, image, &error); });
}

} // namespace

// Plugins in C++ stop their exceptions themselves; one that does not is named rather than allowed to end the process.
void call(tw_graph &graph, const Component &component, const std::function<tw_status(tw_error &)> &function)
{
    const std::size_t outer = std::exchange(graph.own_scopes, graph.scopes.size());
    tw_error error{sizeof error, TW_OK, {}};
    try {
        take_status(graph, component, function(error), error);
    } catch (...) {
        graph.fail(Error(ErrorCode::refused,
                         "the plugin let an exception cross its boundary; wrap it as TRADEWIND_PLUGIN does",
                         component.library));
    }
    if (!graph.error && graph.scopes.size() != graph.own_scopes)
        graph.fail(Error(ErrorCode::refused, component.id + " leaves the scope '" + graph.scopes.back() + "' open",
                         component.library));
    graph.own_scopes = outer;
}

void run_trunk(tw_graph &graph, const Component &extractor, const Settings &settings, Value image)
{
    const Description description(graph, extractor, settings);
    const auto interface = widened(static_cast<const tw_feature_extractor *>(extractor.component->iface));
    call(graph, extractor,
         [&](tw_error &error) { return interface.trunk(extractor.component, &description, image, &error); });
    if (!graph.error && graph.taps.empty())
        graph.fail(Error(ErrorCode::refused,
                         extractor.id + " describes a trunk without taps, so nothing can build on it",
                         extractor.library));
}

std::vector<TapInfo> describe(const Component *meta, const Component &extractor, const Settings &settings, int classes,
                              Graph &graph, Value image)
{
    tw_graph description(graph);
    if (meta)
        build(description, *meta, extractor, settings, classes, image);
    else
        run_trunk(description, extractor, settings, image);
    if (description.error) throw description.error->within((meta ? meta->name + " with " : "") + extractor.name);
    if (meta)
        require_results(graph, *meta);
    else
        for (const auto &tap : description.taps) graph.set_output(tap.name, tap.value);
    return {description.taps.begin(), description.taps.end()};
}

} // namespace tradewind
