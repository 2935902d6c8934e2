// SPDX-License-Identifier: Apache-2.0
// conv2d, depthwise_conv2d and dense: nodes with their weights as kernels of layers.
#include "targets/onednn/layer_kernel.h"
#include "targets/onednn/layer_primitive.h"
#include "targets/onednn/row_chunks.h"

#include "ops/schemas.h"

namespace tradewind::onednn {
namespace {

std::string weights_leaf(const KernelRequest &request)
{
    const std::string &op = request.node.op->name;
    return op == "depthwise_conv2d" ? "depthwise_weights"
           : op == "conv2d"         ? ops::weights_leaf(request.attributes())
                                    : "weights";
}

LayerOperands operands_of(const KernelRequest &request, const Layer &layer)
{
    LayerOperands operands;
    operands.source = request.inputs[0].data;
    operands.destination = request.outputs[0].data;
    operands.source_channels = layer.depthwise ? request.inputs[0].shape[3] : layer.input[3];
    if (layer.adds) {
        operands.residual = request.inputs[1].data;
        operands.residual_stored = request.stored_inputs[1];
        operands.residual_scale = static_cast<float>(request.attributes().real("residual_scale"));
    }
    const std::string leaf = weights_leaf(request);
    operands.weights_name = request.node.name + "/" + leaf;
    operands.biases_name = request.node.name + "/biases";
    operands.weights = request.source(leaf);
    if (layer.biased) operands.biases = request.source("biases");
    return operands;
}

std::unique_ptr<Kernel> make_rows(const KernelRequest &request, const LayerChoice &choice, const Context &context,
                                  PackedLayer &packed)
{
    const Layer layer = layer_of(request);
    return make_layer_kernel(layer, choice, operands_of(request, layer), context, packed);
}

// The layer of so many rows of the request.
Layer layer_of_rows(const KernelRequest &request, std::int64_t count)
{
    KernelRequest part = request;
    for (auto *views : {&part.inputs, &part.outputs})
        for (TensorView &view : *views) view.shape.front() = count;
    return layer_of(part);
}

// What is read of weights for each chunk of rows must be little beside the work on it: products read each weight once,
// convolutions once for each pixel.
constexpr std::int64_t rows_of_maps = 16, rows_of_product = 64;

// All kernels of the node compute by the chunk's choice, from weights in the layout that it wants; there is one of all
// rows where such weights suit it.
std::unique_ptr<Kernel> make_chunks(const KernelRequest &request, const Context &context)
{
    const Shape &output = request.outputs[0].shape;
    const bool product = output.size() == 2 || output[1] * output[2] == 1;
    const std::int64_t rows = output.front(), chunk = std::min(product ? rows_of_product : rows_of_maps, rows);
    const Layer layer = layer_of_rows(request, chunk);
    const LayerChoice choice = context.algorithms->choose(layer);
    LayerWish wish;
    if (layer.adds) wish.residual = request.stored_inputs[1];
    const auto of_chunk = describe(layer, choice, wish, context.engine);
    PackedLayer packed;
    if (of_chunk) wish.weights = packed.layout = of_chunk->description.weights_desc();
    const auto suits = [&](std::int64_t count) {
        return describe(layer_of_rows(request, count), choice, wish, context.engine).has_value();
    };
    // in_row_chunks leaves sums a last chunk of other rows.
    const bool in_chunks = of_chunk && (!layer.adds || rows % chunk == 0 || suits(rows % chunk));
    if (!in_chunks) packed.layout.reset();
    return in_row_chunks(request, {chunk, !in_chunks || suits(rows)},
                         [&](const KernelRequest &part) { return make_rows(part, choice, context, packed); });
}

} // namespace

std::unique_ptr<Kernel> make_convolution(const KernelRequest &request, const Context &context)
{
    const std::string &op = request.node.op->name;
    if (op != "conv2d" && op != "depthwise_conv2d" && op != "dense") return nullptr;
    if (request.live) return make_chunks(request, context);
    PackedLayer packed;
    return make_rows(request, context.algorithms->choose(layer_of(request)), context, packed);
}

} // namespace tradewind::onednn
