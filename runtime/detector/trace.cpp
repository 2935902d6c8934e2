// SPDX-License-Identifier: Apache-2.0
// Named values of the network as it is executed.
#include "detector/detector.h"

#include "detector/state.h"
#include "tensor/error.h"
#include "tensor/near_names.h"

#include <algorithm>

namespace tradewind {
namespace {

bool matches(const char *pattern, const char *name)
{
    for (; *pattern; ++pattern, ++name) {
        if (*pattern == '*') {
            for (const char *rest = name;; ++rest) {
                if (matches(pattern + 1, rest)) return true;
                if (!*rest) return false;
            }
        }
        if (!*name || (*pattern != '?' && *pattern != *name)) return false;
    }
    return !*name;
}

// Stages and taps first, then every node that is none.
std::vector<NamedValue> named_values(const Graph &graph)
{
    std::vector<NamedValue> named = graph.outputs;
    for (const auto &node : graph.nodes) {
        const bool known = std::any_of(named.begin(), named.end(), [&](const auto &n) { return n.name == node.name; });
        if (!known) named.push_back({node.name, node.outputs.front()});
    }
    return named;
}

std::vector<NamedValue> selected(const Graph &graph, const std::vector<std::string> &patterns)
{
    const auto named = named_values(graph);
    if (patterns.empty()) return named;
    std::vector<NamedValue> result;
    for (const auto &pattern : patterns) {
        const auto before = result.size();
        std::copy_if(named.begin(), named.end(), std::back_inserter(result),
                     [&](const auto &n) { return matches(pattern.c_str(), n.name.c_str()); });
        if (result.size() != before) continue;
        std::vector<std::string> names;
        for (const auto &n : named) names.push_back(n.name);
        throw Error(ErrorCode::usage, "no value of the network is called '" + pattern + "'" +
                                          did_you_mean(pattern, names) +
                                          "; --list prints all names (a batch norm or an activation is part of the "
                                          "layer before it, and bears its name)");
    }
    return result;
}

Shape without_batch(const Shape &shape)
{
    return shape.size() > 1 && shape.front() == 1 ? Shape(shape.begin() + 1, shape.end()) : shape;
}

// Nodes take what is given from new inputs; what the network computes stays, for those who ask for it.
std::vector<Tensor> substitute(Graph &graph, const std::map<std::string, Tensor> &given)
{
    std::vector<Tensor> tensors;
    for (const auto &named : named_values(graph)) {
        const auto found = given.find(named.name);
        if (found == given.end()) continue;
        const ValueInfo info = graph.info(named.value);
        const Value replacement = graph.add_value({named.name + " (given)", info.type, info.stride});
        graph.inputs.push_back({named.name + " (given)", replacement});
        tensors.push_back(found->second.reshaped(info.type.shape));
        for (auto &node : graph.nodes) std::replace(node.inputs.begin(), node.inputs.end(), named.value, replacement);
    }
    return tensors;
}

} // namespace

std::map<std::string, Tensor> Detector::trace(const Picture &picture, const std::vector<std::string> &patterns,
                                              const std::map<std::string, Tensor> &given)
{
    const ImageSize size = resized_size(state_->model, {picture.height, picture.width});
    Graph graph = named_graph(state_->model, size);
    graph.outputs = selected(graph, patterns);
    const auto wanted = graph.outputs;
    const auto substitutes = substitute(graph, given);
    const auto executable = compile(std::move(graph), *state_->target, state_->options);
    executable->resize_into(0, picture, resize_method(state_->model));
    for (std::size_t i = 0; i < substitutes.size(); ++i) executable->write(i + 1, substitutes[i]);
    executable->run();
    std::map<std::string, Tensor> values;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const Tensor value = executable->read(i);
        values[wanted[i].name] = value.reshaped(without_batch(value.shape()));
    }
    return values;
}

std::vector<std::pair<std::string, Shape>> Detector::traceable(ImageSize picture,
                                                               const std::vector<std::string> &patterns)
{
    const Graph graph = named_graph(state_->model, resized_size(state_->model, picture));
    std::vector<std::pair<std::string, Shape>> names;
    for (const auto &value : selected(graph, patterns))
        names.emplace_back(value.name, without_batch(graph.shape(value.value)));
    return names;
}

std::vector<NamedPlace> Detector::execution_order(ImageSize picture)
{
    const Graph graph = named_graph(state_->model, resized_size(state_->model, picture));
    std::map<Value, std::string> names;
    for (const auto &named : named_values(graph)) names.emplace(named.value, named.name);
    std::vector<NamedPlace> order;
    const auto add = [&](Value value, const std::string &node, const std::string &op, Selection selection) {
        if (const auto name = names.find(value); name != names.end())
            order.push_back({name->second, node, op, without_batch(graph.shape(value)), selection});
    };
    std::set<Value> selected;
    for (const auto &input : graph.inputs) add(input.value, "", "", Selection::none);
    for (const auto &node : graph.nodes) {
        const bool follows = std::any_of(node.inputs.begin(), node.inputs.end(),
                                         [&](Value input) { return selected.count(input) != 0; });
        const Selection selection = node.op->selects ? Selection::here : follows ? Selection::before : Selection::none;
        if (selection != Selection::none) selected.insert(node.outputs.begin(), node.outputs.end());
        for (const Value value : node.outputs) add(value, node.name, node.op->name, selection);
    }
    return order;
}

} // namespace tradewind
