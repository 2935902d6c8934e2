// SPDX-License-Identifier: Apache-2.0
// The graph as plugins see it. Nothing thrown here may leave: every function catches, and the first error sticks.
#include "host/description.h"

#include <algorithm>

using namespace tradewind;

std::string tw_graph::scope() const
{
    std::string text;
    for (const auto &name : scopes)
        if (!name.empty()) text += (text.empty() ? "" : "/") + name;
    return text;
}

std::string tw_graph::scoped(const std::string &name) const { return scope().empty() ? name : scope() + "/" + name; }

void tw_graph::fail(const Error &error_now)
{
    if (!error) error = scope().empty() || !error_now.context().empty() ? error_now : error_now.within(scope());
}

namespace {

Attribute to_attribute(const tw_attr &attr)
{
    const bool list = attr.type == TW_ATTR_I64S || attr.type == TW_ATTR_F64S;
    if (list && attr.count && !attr.value.i64s)
        throw Error(ErrorCode::refused, std::string("attribute ") + attr.key + " is a list at no address");
    switch (attr.type) {
    case TW_ATTR_I64:
        return attr.value.i64;
    case TW_ATTR_F64:
        return attr.value.f64;
    case TW_ATTR_STR:
        return std::string(attr.value.str ? attr.value.str : "");
    case TW_ATTR_I64S:
        return std::vector<std::int64_t>(attr.value.i64s, attr.value.i64s + attr.count);
    case TW_ATTR_F64S:
        return std::vector<double>(attr.value.f64s, attr.value.f64s + attr.count);
    }
    throw Error(ErrorCode::refused, std::string("attribute ") + attr.key + " has a type this host does not know");
}

// A node that was built from a failed value adds nothing.
bool rests_on_nothing(const tw_node &node) { return std::count(node.inputs, node.inputs + node.input_count, 0u) != 0; }

tw_value add(tw_graph *graph, const tw_node *node)
{
    tw_value result = 0;
    guarded(graph, [&] {
        if (!node || node->struct_size < sizeof(tw_node) || !node->op || !node->name ||
            (node->input_count && !node->inputs) || (node->attr_count && !node->attrs))
            throw Error(ErrorCode::refused, "the plugin passed an incomplete node");
        const std::string name = graph->scoped(node->name);
        if (rests_on_nothing(*node)) throw Error(ErrorCode::refused, "an input of the node is no value (0)", name);
        Attributes attributes;
        for (std::uint32_t i = 0; i < node->attr_count; ++i) {
            if (!node->attrs[i].key) throw Error(ErrorCode::refused, "an attribute has no key", name);
            attributes.set(node->attrs[i].key, to_attribute(node->attrs[i]));
        }
        result = graph->graph.add(node->op, name, {node->inputs, node->inputs + node->input_count}, attributes);
    });
    return result;
}

void tap(tw_graph *graph, const char *name, tw_value value)
{
    guarded(graph, [&] {
        if (!name || !value || value >= graph->graph.values.size())
            throw Error(ErrorCode::refused, "a tap needs a name and a value");
        for (const auto &known : graph->taps)
            if (known.name == name) throw Error(ErrorCode::refused, std::string("there are two taps called ") + name);
        const auto &info = graph->graph.info(value);
        graph->taps.push_back(
            {name, graph->scope(), value, info.stride, info.type.shape.empty() ? 0 : info.type.shape.back()});
    });
}

tw_status shape(tw_graph *graph, tw_value value, std::uint32_t *rank, std::int64_t dims[8])
{
    if (graph->error || !value || value >= graph->graph.values.size()) return TW_INVALID;
    const Shape &known = graph->graph.shape(value);
    if (known.size() > 8) return TW_UNSUPPORTED;
    *rank = static_cast<std::uint32_t>(known.size());
    std::copy(known.begin(), known.end(), dims);
    return TW_OK;
}

void push_scope(tw_graph *graph, const char *name)
{
    guarded(graph, [&] { graph->scopes.emplace_back(name ? name : ""); });
}

void pop_scope(tw_graph *graph)
{
    guarded(graph, [&] {
        if (graph->scopes.size() <= graph->own_scopes)
            throw Error(ErrorCode::refused, "the plugin closes a scope that it did not open");
        graph->scopes.pop_back();
    });
}

void fail(tw_graph *graph, tw_status code, const char *message)
{
    guarded(graph, [&] {
        const bool usage = code == TW_INVALID || code == TW_NOT_FOUND || code == TW_UNSUPPORTED;
        throw Error(usage ? ErrorCode::usage : ErrorCode::refused, message ? message : "the plugin gave no reason");
    });
}

void output(tw_graph *graph, const char *name, tw_value value)
{
    guarded(graph, [&] { graph->graph.set_output(name ? name : "", value); });
}

} // namespace

const tw_graph_api &tradewind::graph_api()
{
    static constexpr tw_graph_api api{sizeof(tw_graph_api), 0, add, tap, shape, push_scope, pop_scope, fail, output};
    return api;
}
