// SPDX-License-Identifier: Apache-2.0
// Calling components across the ABI.
#include "host/bridge.h"

#include "host/description.h"
#include "host/loader.h"

#include <cstring>

namespace tradewind {
namespace {

ErrorCode code_of(tw_status status) { return status == TW_INVALID || status == TW_UNSUPPORTED || status == TW_NOT_FOUND ? ErrorCode::usage : ErrorCode::refused; }

// A status other than OK without a message, and a message without a status, are both mistakes of the plugin.
void take_status(tw_graph &graph, const Component &component, tw_status status, const tw_error &error)
{
    if (status == TW_OK || graph.error) return;
    const std::string message = error.message[0] ? error.message : "the plugin failed with status " + std::to_string(status) + " and gave no reason";
    graph.fail(Error(code_of(status), message, component.name));
}

void require_results(const Graph &graph, const Component &meta)
{
    for (const char *name : {"detection_boxes", "detection_scores", "detection_classes", "num_detections"})
        if (!graph.output(name))
            throw Error(ErrorCode::refused, std::string(meta.id) + " describes no output '" + name + "', which a meta-architecture must", meta.library);
}

void build(tw_graph &graph, const Component &meta, const Component &extractor, const Settings &settings, int classes, Value image)
{
    Description description(graph, meta, settings);
    description.extractor = &extractor;
    description.classes = classes;
    const auto interface = widened(static_cast<const tw_meta_architecture *>(meta.component->iface));
    tw_error error{sizeof error, TW_OK, {}};
    take_status(graph, meta, interface.build(meta.component, &description, image, &error), error);
}

} // namespace

void run_trunk(tw_graph &graph, const Component &extractor, const Settings &settings, Value image)
{
    const Description description(graph, extractor, settings);
    const auto interface = widened(static_cast<const tw_feature_extractor *>(extractor.component->iface));
    tw_error error{sizeof error, TW_OK, {}};
    take_status(graph, extractor, interface.trunk(extractor.component, &description, image, &error), error);
    if (!graph.error && graph.taps.empty())
        graph.fail(Error(ErrorCode::refused, extractor.id + " describes a trunk without taps, so nothing can build on it", extractor.library));
}

std::vector<TapInfo> describe(const Component *meta, const Component &extractor, const Settings &settings, int classes, Graph &graph, Value image)
{
    tw_graph description(graph);
    if (meta) build(description, *meta, extractor, settings, classes, image);
    else run_trunk(description, extractor, settings, image);
    if (description.error) throw description.error->within((meta ? meta->name + " with " : "") + extractor.name);
    if (meta) require_results(graph, *meta);
    else
        for (const auto &tap : description.taps) graph.set_output(tap.name, tap.value);
    return description.taps;
}

} // namespace tradewind
