// SPDX-License-Identifier: Apache-2.0
// What nodes cost: multiply-adds by their schema, bytes by what they read and write.
#include "graph/graph.h"

namespace tradewind {

Cost Graph::cost(const Node &node) const
{
    Cost cost;
    Inference inferred;
    std::vector<ValueType> types;
    for (const Value value : node.inputs) types.push_back(info(value).type);
    for (const Value value : node.outputs) inferred.outputs.push_back(info(value).type);
    for (const auto &type : types)
        cost.bytes += element_count(type.shape) * static_cast<std::int64_t>(byte_size(type.type));
    for (const auto &type : inferred.outputs)
        cost.bytes += element_count(type.shape) * static_cast<std::int64_t>(byte_size(type.type));
    for (const Parameter parameter : node.parameters) {
        inferred.parameters.push_back({"", parameters.at(parameter).shape});
        cost.bytes += element_count(parameters.at(parameter).shape) * 4;
    }
    if (node.op->multiply_adds) cost.multiply_adds = node.op->multiply_adds(node.attributes, types, inferred);
    return cost;
}

Cost Graph::cost() const
{
    Cost total;
    for (const auto &node : nodes) {
        const Cost one = cost(node);
        total.multiply_adds += one.multiply_adds;
        total.bytes += one.bytes;
    }
    return total;
}

} // namespace tradewind
