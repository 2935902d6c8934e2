// SPDX-License-Identifier: Apache-2.0
// Spans as events. A viewer nests what lies within in time.
#include "study/chrome_trace.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tradewind {
namespace {

using Json = nlohmann::ordered_json;

Json event(const std::string &name, const std::string &category, double start, double end)
{
    return {{"name", name},
            {"cat", category},
            {"ph", "X"},
            {"pid", 1},
            {"tid", 1},
            {"ts", 1000 * start},
            {"dur", 1000 * (end - start)}};
}

Json node_event(const NodeSpan &span, const Placement &placement, double start)
{
    Json json = event(placement.node, "node", span.start - start, span.end - start);
    json["args"] = {{"op", placement.op},
                    {"implementation", placement.implementation},
                    {"multiply_adds", placement.cost.multiply_adds},
                    {"bytes", placement.cost.bytes}};
    return json;
}

// The stages that consist of nodes.
std::vector<Timeline::Span> stages_of(const Timeline &timeline)
{
    std::vector<Timeline::Span> stages;
    for (const NodeSpan &node : timeline.nodes) {
        const std::string name = timeline.placements.at(node.placement).post_processing ? "postprocess" : "network";
        if (stages.empty() || stages.back().name != name) stages.push_back({name, node.start, 0});
        stages.back().end = node.end;
    }
    return stages;
}

} // namespace

std::string chrome_trace(const Timeline &timeline, const std::string &picture)
{
    std::vector<Timeline::Span> stages = stages_of(timeline);
    stages.insert(stages.end(), timeline.spans.begin(), timeline.spans.end());
    std::sort(stages.begin(), stages.end(), [](const auto &a, const auto &b) { return a.start < b.start; });
    const double start = stages.empty() ? 0 : stages.front().start;
    double end = start;
    for (const auto &stage : stages) end = std::max(end, stage.end);
    Json events = {{{"name", "process_name"}, {"ph", "M"}, {"pid", 1}, {"args", {{"name", "tradewind"}}}}};
    events.push_back(event(picture, "picture", 0, end - start));
    for (const auto &stage : stages)
        events.push_back(event(stage.name, "stage", stage.start - start, stage.end - start));
    for (const NodeSpan &node : timeline.nodes)
        events.push_back(node_event(node, timeline.placements.at(node.placement), start));
    const Json json = {{"traceEvents", std::move(events)}, {"displayTimeUnit", "ms"}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace tradewind
