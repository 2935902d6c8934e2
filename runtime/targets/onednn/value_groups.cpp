// SPDX-License-Identifier: Apache-2.0
// Union-find.
#include "targets/onednn/value_groups.h"

#include <numeric>
#include <set>

namespace tradewind::onednn {
namespace {

class Groups {
public:
    explicit Groups(std::size_t values) : parents_(values) { std::iota(parents_.begin(), parents_.end(), Value{0}); }

    Value find(Value value)
    {
        while (parents_[value] != value) value = parents_[value] = parents_[parents_[value]];
        return value;
    }
    void tie(Value a, Value b) { parents_[find(a)] = find(b); }

private:
    std::vector<Value> parents_;
};

bool moves_numbers(const Node &node)
{
    static const std::set<std::string> ops{"avg_pool", "concat", "max_pool", "pad", "reshape"};
    return ops.count(node.op->name) != 0;
}

} // namespace

std::vector<Value> groups_of(const Graph &graph)
{
    Groups groups(graph.values.size());
    for (const Node &node : graph.nodes) {
        if (moves_numbers(node))
            for (const Value input : node.inputs) groups.tie(input, node.outputs[0]);
        if (node.op->name == "conv2d" && node.inputs.size() == 2) groups.tie(node.inputs[1], node.outputs[0]);
    }
    std::vector<Value> numbers(graph.values.size());
    for (Value value = 0; value < numbers.size(); ++value) numbers[value] = groups.find(value);
    return numbers;
}

} // namespace tradewind::onednn
