// SPDX-License-Identifier: Apache-2.0
// Types and scales, for groups of values that are stored alike.
#include "targets/onednn/storage.h"

#include "targets/onednn/layouts.h"
#include "targets/onednn/precisions.h"
#include "targets/onednn/value_groups.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace tradewind::onednn {
namespace {

bool is_one_of(const Node &node, const std::set<std::string> &ops) { return ops.count(node.op->name) != 0; }

bool is_layer(const Node &node)
{
    static const std::set<std::string> ops{"conv2d", "dense", "depthwise_conv2d"};
    return is_one_of(node, ops);
}

// Ops whose outputs are maps, of numbers that need not be exact.
bool makes_maps(const Node &node)
{
    static const std::set<std::string> ops{"add",      "avg_pool",         "batch_norm",  "concat", "crop_and_resize",
                                           "max_pool", "l2_normalization", "normalize",   "pad",    "relu",
                                           "relu6",    "reshape",          "spatial_mean"};
    return is_layer(node) || is_one_of(node, ops);
}

// So many of its first inputs are maps; the others are boxes, counts and the like.
std::size_t map_inputs(const Node &node)
{
    static const std::set<std::string> of_shapes{"grid_anchors", "multiple_grid_anchors"};
    static const std::set<std::string> of_regions{"crop_and_resize", "position_sensitive_crop",
                                                  "position_sensitive_predict"};
    if (is_one_of(node, of_regions)) return 1;
    if (node.op->name == "normalize") return 0; // of the picture, which is a graph input or was one
    return makes_maps(node) || is_one_of(node, of_shapes) ? node.inputs.size() : 0;
}

enum class Numbers { as_the_graph_says, fallback, of_8_bits };

class Assignment {
public:
    explicit Assignment(const Graph &graph)
        : graph_(graph), groups_(groups_of(graph)), numbers_(graph.values.size(), Numbers::as_the_graph_says),
          ranges_(graph.values.size())
    {
    }

    // `fallback`: of maps that are not of 8 bits.
    std::vector<StoredAs> storage(ElementType fallback, bool to_8_bits)
    {
        find_maps();
        if (to_8_bits) find_8_bits();
        std::vector<StoredAs> storage = plain_storage(graph_);
        for (Value value = 1; value < storage.size(); ++value) {
            const Value group = groups_[value];
            if (numbers_[group] == Numbers::fallback) storage[value].type = fallback;
            if (numbers_[group] == Numbers::of_8_bits) storage[value] = eight_bits(ranges_[group]);
        }
        return storage;
    }

private:
    // Leaves groups that are maps throughout as `fallback`.
    void find_maps()
    {
        std::vector<bool> map(graph_.values.size());
        for (const Node &node : graph_.nodes)
            if (makes_maps(node))
                for (const Value output : node.outputs) map[output] = graph_.shape(output).size() > 1;
        for (const Node &node : graph_.nodes)
            for (std::size_t i = map_inputs(node); i < node.inputs.size(); ++i) map[node.inputs[i]] = false;
        for (const ValueInfo &info : graph_.values) map[info.count] = false;
        for (const NamedValue &output : graph_.outputs)
            if (graph_.use_count(output.value) == 0) map[output.value] = false;
        for (Value value = 1; value < map.size(); ++value) numbers_[groups_[value]] = Numbers::fallback;
        for (Value value = 1; value < map.size(); ++value)
            if (!map[value]) numbers_[groups_[value]] = Numbers::as_the_graph_says;
    }

    void find_8_bits()
    {
        std::vector<bool> allowed(graph_.values.size());
        for (Value value = 1; value < allowed.size(); ++value) allowed[value] = graph_.info(value).range.known();
        for (const Node &node : graph_.nodes) {
            if (node.may_quantise) continue;
            for (const Value output : node.outputs) allowed[output] = false;
        }
        std::vector<bool> of_group(allowed.size(), true);
        for (Value value = 1; value < allowed.size(); ++value) {
            of_group[groups_[value]] = of_group[groups_[value]] && allowed[value];
            unite(ranges_[groups_[value]], graph_.info(value).range);
        }
        for (Value value = 1; value < allowed.size(); ++value)
            if (is_a_map(value) && of_group[groups_[value]]) numbers_[groups_[value]] = Numbers::of_8_bits;
    }

    bool is_a_map(Value value) const { return numbers_[groups_[value]] != Numbers::as_the_graph_says; }

    static void unite(ValueRange &range, const ValueRange &other)
    {
        if (!other.known()) return;
        if (!range.known()) range = other;
        range = {std::min(range.low, other.low), std::max(range.high, other.high)};
    }

    static StoredAs eight_bits(const ValueRange &range)
    {
        if (range.low >= 0) return {ElementType::u8, range.high / 255};
        return {ElementType::i8, std::max(std::abs(range.low), std::abs(range.high)) / 127};
    }

    const Graph &graph_;
    std::vector<Value> groups_;
    std::vector<Numbers> numbers_; // by group
    std::vector<ValueRange> ranges_;
};

} // namespace

std::vector<StoredAs> storage_of(const Graph &graph, const CompileOptions &options, AlgorithmChoice &algorithms)
{
    const bool to_8_bits = options.precision == Precision::int8;
    const bool to_bf16 = options.precision == Precision::bf16 || (to_8_bits && multiplies_bf16());
    auto storage = Assignment(graph).storage(to_bf16 ? ElementType::bf16 : ElementType::f32, to_8_bits);
    choose_layouts(
        graph, [&](const Layer &layer) { return algorithms.choose(layer); }, storage);
    return storage;
}

std::size_t stored_bytes(const Graph &graph, Value value, const StoredAs &stored)
{
    return static_cast<std::size_t>(element_count(graph.shape(value))) * byte_size(stored.type);
}

} // namespace tradewind::onednn
