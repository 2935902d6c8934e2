// SPDX-License-Identifier: Apache-2.0
// By the algorithms that are chosen for the layers around a map when all are rows.
#include "targets/onednn/layouts.h"

#include "targets/onednn/value_groups.h"

#include <algorithm>

namespace tradewind::onednn {
namespace {

constexpr std::int64_t block = 16;

// Pools of blocks; all other ops that move numbers know rows only.
bool pools(const Node &node) { return node.op->name == "max_pool" || node.op->name == "avg_pool"; }

using Choose = std::function<LayerChoice(const Layer &)>;

bool takes_blocks(const Graph &graph, const Node &node, const Choose &choose, const std::vector<StoredAs> &storage)
{
    if (pools(node)) return graph.shape(node.inputs[0])[3] % block == 0;
    if (node.op->name != "conv2d" && node.op->name != "depthwise_conv2d") return false;
    const Layer layer = layer_of(graph, node, storage);
    if (layer.input != graph.shape(node.inputs[0])) return false; // as a product
    const Algorithm algorithm = choose(layer).algorithm;
    return algorithm == Algorithm::winograd || algorithm == Algorithm::blocked;
}

bool may_be_blocks(const Graph &graph, Value value, const StoredAs &stored)
{
    const Shape &shape = graph.shape(value);
    return stored.is_plain() && shape.size() == 4 && shape[3] % block == 0 && graph.producer(value) &&
           graph.use_count(value) > 0;
}

} // namespace

void choose_layouts(const Graph &graph, const Choose &choose, std::vector<StoredAs> &storage)
{
    const std::vector<Value> groups = groups_of(graph);
    std::vector<bool> blocked(graph.values.size(), true); // by group
    const auto refuse = [&](Value value) { blocked[groups[value]] = false; };
    for (Value value = 1; value < graph.values.size(); ++value)
        if (!may_be_blocks(graph, value, storage[value])) refuse(value);
    for (const Node &node : graph.nodes) {
        if (takes_blocks(graph, node, choose, storage)) continue;
        for (const auto *values : {&node.inputs, &node.outputs}) std::for_each(values->begin(), values->end(), refuse);
    }
    for (Value value = 1; value < graph.values.size(); ++value)
        if (blocked[groups[value]]) storage[value].layout = StoredAs::Layout::blocked;
}

} // namespace tradewind::onednn
