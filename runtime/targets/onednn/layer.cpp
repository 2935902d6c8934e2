// SPDX-License-Identifier: Apache-2.0
// Nodes as layers.
#include "targets/onednn/layer.h"

#include "targets/onednn/primitive_kernel.h"

namespace tradewind::onednn {
namespace {

bool covers(const WindowAxis &axis)
{
    return axis.output == 1 && axis.kernel == axis.input && axis.before == 0 && axis.after == 0;
}

// Rows times a matrix is a 1x1 convolution over a map that is `rows` high. (oneDNN's matrix product can be a little
// faster, but on some processors its results depend on the number of threads.)
void make_product(Layer &layer, std::int64_t rows, std::int64_t depth, std::int64_t units)
{
    layer.input = {1, rows, 1, depth};
    layer.output = {1, rows, 1, units};
    layer.window = {};
}

Layer layer_of(const Node &node, const Shape &input, const Shape &output, const StoredAs &source,
               const StoredAs &destination)
{
    const std::string &op = node.op->name;
    const std::int64_t count = input[0];
    Layer layer;
    layer.source = source;
    layer.destination = destination;
    layer.may_quantise = node.may_quantise;
    layer.biased = node.attributes.integer("bias") != 0;
    layer.adds = node.inputs.size() == 2;
    layer.activation = activation_of(node.attributes);
    if (op == "dense") {
        make_product(layer, count, input[1], output[1]);
        return layer;
    }
    layer.window = window_of(node.attributes, input);
    layer.depthwise = op == "depthwise_conv2d";
    layer.input = input;
    layer.output = output;
    // One window over all of each map: a fully connected layer.
    const bool in_rows = source.layout == StoredAs::Layout::rows && destination.layout == StoredAs::Layout::rows;
    if (!layer.depthwise && count > 1 && in_rows && covers(layer.window.y) && covers(layer.window.x))
        make_product(layer, count, element_count(input) / count, output[3]);
    if (layer.depthwise) layer.input[3] = output[3]; // each channel as often as it has filters
    return layer;
}

} // namespace

Layer layer_of(const KernelRequest &request)
{
    return layer_of(request.node, request.inputs[0].shape, request.outputs[0].shape, request.stored_inputs[0],
                    request.stored_outputs[0]);
}

Layer layer_of(const Graph &graph, const Node &node, const std::vector<StoredAs> &storage)
{
    return layer_of(node, graph.shape(node.inputs[0]), graph.shape(node.outputs[0]), storage[node.inputs[0]],
                    storage[node.outputs[0]]);
}

namespace {

std::string line_of(const WindowAxis &axis)
{
    return "k" + std::to_string(axis.kernel) + "s" + std::to_string(axis.stride) + "d" + std::to_string(axis.dilation) +
           "p" + std::to_string(axis.before) + "," + std::to_string(axis.after);
}

std::string line_of(const StoredAs &stored)
{
    return std::string(to_string(stored.type)) + (stored.layout == StoredAs::Layout::blocked ? "b" : "");
}

} // namespace

std::string Layer::key() const
{
    static constexpr const char *activations[] = {"", " relu", " relu6"};
    return std::string(depthwise ? "depthwise " : "") + tradewind::to_string(input) + ">" +
           tradewind::to_string(output) + " " + line_of(window.y) + " " + line_of(window.x) + (biased ? " bias" : "") +
           (adds ? " sum" : "") + activations[static_cast<std::size_t>(activation)] + " " + line_of(source) + ">" +
           line_of(destination) + (may_quantise ? "" : " floats");
}

} // namespace tradewind::onednn
