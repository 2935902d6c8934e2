// SPDX-License-Identifier: Apache-2.0
// Ranges as text, and on graphs.
#include "weights/quantisation.h"

#include "tensor/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace tradewind {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(const std::string &why, const std::string &origin)
{
    throw Error(ErrorCode::refused, "the metadata 'quantisation' " + why, origin);
}

const json &member(const json &object, const char *name, json::value_t type, const std::string &origin)
{
    const auto found = object.find(name);
    if (found == object.end() || found->type() != type) refuse(std::string("has no proper '") + name + "'", origin);
    return *found;
}

ValueRange range_of(const std::string &name, const json &pair, const std::string &origin)
{
    const bool numbers = pair.is_array() && pair.size() == 2 && pair[0].is_number() && pair[1].is_number();
    const ValueRange range = numbers ? ValueRange{pair[0].get<float>(), pair[1].get<float>()} : ValueRange{};
    if (!numbers || !std::isfinite(range.low) || !std::isfinite(range.high) || !range.known())
        refuse("has a range for '" + name + "' that is not two finite numbers, the lower one first", origin);
    return range;
}

std::set<std::string> names_of_values(const Graph &graph)
{
    std::set<std::string> names;
    for (const NamedValue &input : graph.inputs) names.insert(graph.info(input.value).name);
    for (const Node &node : graph.nodes)
        for (const Value output : node.outputs) names.insert(graph.info(output).name);
    return names;
}

std::set<std::string> names_of_nodes(const Graph &graph)
{
    std::set<std::string> names;
    for (const Node &node : graph.nodes) names.insert(node.name);
    return names;
}

} // namespace

Quantisation parse_quantisation(const std::string &text, const std::string &origin)
{
    Quantisation quantisation;
    if (text.empty()) return quantisation;
    const json object = json::parse(text, nullptr, false);
    if (!object.is_object()) refuse("is no JSON object", origin);
    for (const auto &[name, pair] : member(object, "ranges", json::value_t::object, origin).items())
        quantisation.ranges[name] = range_of(name, pair, origin);
    for (const auto &name : member(object, "kept", json::value_t::array, origin)) {
        if (!name.is_string()) refuse("names a node by something that is no text", origin);
        quantisation.kept.insert(name.get<std::string>());
    }
    for (const auto &[key, value] : member(object, "made", json::value_t::object, origin).items()) {
        if (!value.is_string()) refuse("says by something that is no text how it was made", origin);
        quantisation.made[key] = value.get<std::string>();
    }
    return quantisation;
}

std::string to_json(const Quantisation &quantisation)
{
    json object = {{"ranges", json::object()}, {"kept", json::array()}, {"made", json::object()}};
    for (const auto &[name, range] : quantisation.ranges) object["ranges"][name] = {range.low, range.high};
    for (const auto &name : quantisation.kept) object["kept"].push_back(name);
    for (const auto &[key, value] : quantisation.made) object["made"][key] = value;
    return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

namespace {

// An activation leaves no room for what a range may hold beside: some files give the range of what is before it.
void clip_to_activation(const Node &node, ValueRange &range)
{
    const std::string activation = node.attributes.has("activation") ? node.attributes.text("activation") : "none";
    if (activation == "none" || range.high <= 0) return;
    range.low = std::max(range.low, 0.0f);
    if (activation == "relu6") range.high = std::min(range.high, 6.0f);
}

} // namespace

void apply(const Quantisation &quantisation, Graph &graph)
{
    for (ValueInfo &value : graph.values)
        if (const auto found = quantisation.ranges.find(value.name); found != quantisation.ranges.end())
            value.range = found->second;
    for (const Node &node : graph.nodes) clip_to_activation(node, graph.values[node.outputs.front()].range);
    for (Node &node : graph.nodes) node.may_quantise = node.may_quantise && !quantisation.kept.count(node.name);
}

std::set<std::string> unknown_names(const Quantisation &quantisation, const Graph &graph)
{
    const auto values = names_of_values(graph), nodes = names_of_nodes(graph);
    std::set<std::string> unknown;
    for (const auto &[name, range] : quantisation.ranges)
        if (!values.count(name)) unknown.insert(name);
    std::set_difference(quantisation.kept.begin(), quantisation.kept.end(), nodes.begin(), nodes.end(),
                        std::inserter(unknown, unknown.end()));
    return unknown;
}

Quantisation known_part(const Quantisation &quantisation, const Graph &graph)
{
    const auto unknown = unknown_names(quantisation, graph);
    Quantisation part = quantisation;
    std::erase_if(part.ranges, [&](const auto &range) { return unknown.count(range.first) != 0; });
    std::erase_if(part.kept, [&](const auto &name) { return unknown.count(name) != 0; });
    return part;
}

} // namespace tradewind
