// SPDX-License-Identifier: Apache-2.0
// Plain kernels on values that need no picture.
#include "targets/cuda/constant_values.h"

#include "targets/cuda/storage.h"
#include "targets/reference/reference.h"

namespace tradewind::cuda {

std::map<Value, Tensor> constant_values(const Graph &graph)
{
    const std::vector<bool> constant = constants(graph);
    std::map<Value, Tensor> values;
    for (const Node &node : graph.nodes) {
        if (!constant[node.outputs.front()]) continue;
        std::vector<TensorView> inputs, outputs;
        for (const Value input : node.inputs) // of what is not constant the op uses the shape alone
            inputs.push_back(values.count(input) ? values.at(input).view() : TensorView{nullptr, graph.shape(input)});
        for (const Value output : node.outputs)
            outputs.push_back((values[output] = Tensor(graph.shape(output))).view());
        reference::function(node.op->name)({node.attributes, inputs, outputs, {}});
    }
    return values;
}

} // namespace tradewind::cuda
