// SPDX-License-Identifier: Apache-2.0
// conv2d and dense.
#include "targets/cuda/convolution_step.h"

#include "ops/schemas.h"
#include "targets/cuda/layer_attributes.h"
#include "targets/cuda/step.h"

namespace tradewind::cuda {
namespace {

bool covers(const WindowAxis &axis)
{
    return axis.output == 1 && axis.kernel == axis.input && axis.before == 0 && axis.after == 0;
}

void set_geometry(ConvolutionShape &shape, const Node &node, const Shape &input)
{
    shape.channels = element_count(input) / input[0];
    if (node.op->name == "dense") return;
    const Window window = window_of(node.attributes, input);
    if (covers(window.y) && covers(window.x)) return;
    shape.channels = input[3];
    shape.y = convolution_axis(window.y);
    shape.x = convolution_axis(window.x);
}

// Input positions times filters, as graphs keep weights, to filters times input positions, as cuDNN wants them.
template <class T> void transpose(const float *from, std::int64_t depth, std::int64_t filters, float scale, T *to)
{
    constexpr std::int64_t tile = 32; // both sides of which stay in the nearest cache
    for (std::int64_t first = 0; first < depth; first += tile)
        for (std::int64_t f = 0; f < filters; ++f)
            for (std::int64_t d = first; d < std::min(first + tile, depth); ++d)
                to[f * depth + d] = from_float<T>(from[d * filters + f] * scale);
}

class ConvolutionStep final : public Step {
public:
    ConvolutionStep(const StepRequest &request, const ConvolutionShape &shape)
        : convolution_(request.context.device.make_convolution(shape, request.context.choice)),
          workspace_(request.context.workspace)
    {
        workspace_->need(convolution_->workspace_bytes());
        take_weights(request, shape);
        arguments_.x = request.inputs[0].data;
        if (shape.residual) arguments_.residual = request.inputs[1].data;
        arguments_.y = request.outputs[0].data;
    }

    void run(Stream stream) override
    {
        arguments_.workspace = workspace_->data();
        convolution_->run(stream, arguments_);
    }
    std::string implementation() const override { return convolution_->implementation(); }
    std::size_t weight_bytes() const override { return weight_bytes_; }

private:
    // A residual is added to `residual_scale` times the sum, which weights and biases are multiplied by beforehand.
    void take_weights(const StepRequest &request, const ConvolutionShape &shape)
    {
        const float scale = shape.residual ? static_cast<float>(request.attributes().real("residual_scale")) : 1.0f;
        const std::string leaf =
            request.node.op->name == "conv2d" ? ops::weights_leaf(request.attributes()) : "weights";
        with_storage(shape.storage, [&](auto zero) {
            weights_ = take(request, leaf, shape.filters, scale, zero);
            if (shape.bias) bias_ = take(request, "biases", 1, scale, zero);
        });
        arguments_.weights = weights_.get();
        arguments_.bias = bias_.get();
    }

    // Of each filter's values all in a row; biases are those of one filter.
    template <class T>
    std::shared_ptr<void> take(const StepRequest &request, const std::string &leaf, std::int64_t filters, float scale,
                               T)
    {
        const Parameter parameter = request.graph.parameter(request.node, leaf);
        const std::int64_t count = element_count(request.graph.parameters.at(parameter).shape);
        const std::size_t bytes = static_cast<std::size_t>(count) * sizeof(T);
        const std::string key = request.node.name + "/" + leaf + " " + std::to_string(static_cast<int>(storage_of<T>)) +
                                " by filters, times " + std::to_string(scale);
        weight_bytes_ += bytes;
        return request.context.weights->get(key, bytes, [&] {
            const Tensor values = request.take(leaf);
            std::vector<std::byte> packed(bytes);
            transpose(values.floats(), count / filters, filters, scale, reinterpret_cast<T *>(packed.data()));
            return packed;
        });
    }

    std::unique_ptr<Convolution> convolution_;
    std::shared_ptr<Workspace> workspace_;
    ConvolutionArguments arguments_;
    std::shared_ptr<void> weights_, bias_;
    std::size_t weight_bytes_ = 0;
};

} // namespace

std::optional<ConvolutionShape> convolution_of(const Graph &graph, const Node &node, std::int64_t batch,
                                               Storage storage, bool tf32)
{
    if (node.op->name != "conv2d" && node.op->name != "dense") return std::nullopt;
    const Shape &input = graph.shape(node.inputs[0]);
    ConvolutionShape shape;
    shape.count = input[0] * batch;
    shape.filters = graph.shape(node.outputs[0]).back();
    shape.storage = storage;
    shape.tf32 = tf32;
    shape.bias = node.attributes.integer("bias") != 0;
    shape.residual = node.inputs.size() == 2;
    shape.activation = activation_of(node.attributes);
    set_geometry(shape, node, input);
    return shape;
}

std::unique_ptr<Step> make_convolution_step(const StepRequest &request)
{
    const StepContext &context = request.context;
    const auto shape = convolution_of(request.graph, request.node, context.batch, context.storage, context.tf32);
    return shape ? std::make_unique<ConvolutionStep>(request, *shape) : nullptr;
}

} // namespace tradewind::cuda
