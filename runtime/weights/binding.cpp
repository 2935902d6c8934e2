// SPDX-License-Identifier: Apache-2.0
// Parameters meet tensors.
#include "weights/binding.h"

#include "tensor/error.h"
#include "tensor/near_names.h"

#include <set>

namespace tradewind {
namespace {

constexpr std::size_t most_listed = 4;

std::string list(const std::vector<std::string> &items)
{
    std::string text;
    for (std::size_t i = 0; i < items.size() && i < most_listed; ++i) text += (i ? "; " : "") + items[i];
    if (items.size() > most_listed) text += "; and " + std::to_string(items.size() - most_listed) + " more";
    return text;
}

std::string missing_entry(const ParameterInfo &parameter, const std::vector<std::string> &names)
{
    const auto near = near_names(parameter.name, names, 2);
    std::string text = parameter.name + " " + to_string(parameter.shape);
    if (!near.empty()) text += " (nearest: " + near[0] + (near.size() > 1 ? ", " + near[1] : "") + ")";
    return text;
}

} // namespace

std::string BindingReport::text() const
{
    std::string text = "expected " + std::to_string(matched + missing.size() + wrongly_shaped.size()) +
                       " tensors, matched " + std::to_string(matched);
    if (!missing.empty()) text += "; " + std::to_string(missing.size()) + " missing: " + list(missing);
    if (!wrongly_shaped.empty())
        text += "; " + std::to_string(wrongly_shaped.size()) + " wrongly shaped: " + list(wrongly_shaped);
    if (!unused.empty()) text += "; " + std::to_string(unused.size()) + " unused: " + list(unused);
    return text;
}

BindingReport compare(const Graph &graph, const WeightStore &store, bool near)
{
    BindingReport report;
    std::set<std::string> used;
    std::vector<std::string> names;
    for (const auto &[name, tensor] : store.tensors) names.push_back(name);
    for (const auto &parameter : graph.parameters) {
        if (parameter.name.empty()) continue;
        const auto found = store.tensors.find(parameter.name);
        used.insert(parameter.name);
        if (found == store.tensors.end()) {
            // Looking for near names is slow; only those that are listed need them.
            report.missing.push_back(near && report.missing.size() < most_listed ? missing_entry(parameter, names)
                                                                                 : parameter.name);
        } else if (found->second.shape() != parameter.shape || found->second.type() != ElementType::f32) {
            report.wrongly_shaped.push_back(
                parameter.name + ": the network needs " + to_string(parameter.shape) + ", the file has " +
                to_string(found->second.shape()) +
                (found->second.type() == ElementType::f32 ? "" : std::string(" ") + to_string(found->second.type())));
        } else {
            ++report.matched;
        }
    }
    for (const auto &name : names)
        if (!used.count(name)) report.unused.push_back(name);
    return report;
}

BindingReport bind(Graph &graph, const WeightStore &store)
{
    const BindingReport report = compare(graph, store);
    if (!report.complete())
        throw Error(ErrorCode::refused, "the weights do not fit this network: " + report.text(), store.origin);
    for (auto &parameter : graph.parameters)
        if (!parameter.name.empty()) {
            parameter.data = store.tensors.at(parameter.name);
            parameter.identity = store.identity;
        }
    return report;
}

} // namespace tradewind
