// SPDX-License-Identifier: Apache-2.0
// Which values are maps, and which follow from shapes alone.
#include "targets/cuda/storage.h"

#include <algorithm>
#include <set>

namespace tradewind::cuda {
namespace {

bool is_one_of(const Node &node, const std::set<std::string> &ops) { return ops.count(node.op->name) != 0; }

bool makes_maps(const Node &node)
{
    static const std::set<std::string> ops{
        "conv2d", "dense", "depthwise_conv2d", "normalize", "position_sensitive_crop", "position_sensitive_predict"};
    return is_one_of(node, ops);
}

// Ops whose result is stored as what they are given.
bool keeps_storage(const Node &node)
{
    static const std::set<std::string> ops{
        "add", "avg_pool", "batch_norm", "concat",  "crop_and_resize", "l2_normalization", "max_pool",
        "pad", "relu",     "relu6",      "reshape", "sigmoid",         "softmax",          "spatial_mean"};
    return is_one_of(node, ops);
}

bool uses_shapes_alone(const Node &node)
{
    static const std::set<std::string> ops{"grid_anchors", "multiple_grid_anchors"};
    return is_one_of(node, ops);
}

bool is_constant(const Node &node, const std::vector<bool> &constant)
{
    if (uses_shapes_alone(node)) return true;
    return node.parameters.empty() && !node.inputs.empty() &&
           std::all_of(node.inputs.begin(), node.inputs.end(), [&](Value input) { return constant[input]; });
}

} // namespace

std::size_t map_inputs(const Node &node)
{
    if (node.op->name == "normalize") return 0;
    if (node.op->name == "crop_and_resize" || node.op->name.starts_with("position_sensitive")) return 1;
    return makes_maps(node) || keeps_storage(node) ? node.inputs.size() : 0;
}

Storage storage_of_maps(Precision precision)
{
    if (precision == Precision::f16) return Storage::f16;
    return precision == Precision::bf16 ? Storage::bf16 : Storage::f32;
}

std::vector<Storage> storages(const Graph &graph, Storage maps)
{
    std::vector<Storage> all(graph.values.size(), Storage::f32);
    for (const Node &node : graph.nodes) {
        const auto first = node.inputs.begin(), last = first + static_cast<std::ptrdiff_t>(map_inputs(node));
        const bool kept = keeps_storage(node) && std::any_of(first, last, [&](Value v) { return all[v] == maps; });
        if (makes_maps(node) || kept)
            for (const Value output : node.outputs) all[output] = maps;
    }
    return all;
}

std::vector<bool> constants(const Graph &graph)
{
    std::vector<bool> constant(graph.values.size());
    for (const Node &node : graph.nodes)
        if (is_constant(node, constant))
            for (const Value output : node.outputs) constant[output] = true;
    return constant;
}

MemoryRules memory_rules_of(const Graph &graph, Storage maps, std::size_t batch)
{
    MemoryRules rules;
    rules.alignment = 256;
    rules.concat_in_place = rules.residual_in_place = false;
    std::vector<std::size_t> bytes;
    const auto stored = storages(graph, maps);
    for (Value value = 0; value < graph.values.size(); ++value)
        bytes.push_back(batch * static_cast<std::size_t>(element_count(graph.shape(value))) * byte_size(stored[value]));
    rules.bytes = [bytes = std::move(bytes)](Value value) { return bytes[value]; };
    rules.is_placed = [constant = constants(graph)](Value value) { return !constant[value]; };
    return rules;
}

} // namespace tradewind::cuda
