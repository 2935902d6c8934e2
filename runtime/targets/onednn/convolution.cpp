// SPDX-License-Identifier: Apache-2.0
// conv2d and depthwise_conv2d. Maps stay n x h x w x c; only where oneDNN has no fast kernel for that are they reordered.
#include "targets/onednn/primitive_kernel.h"

#include "ops/window.h"

namespace tradewind::onednn {
namespace {

using Type = dnnl::memory::data_type;
using Tag = dnnl::memory::format_tag;

class Builder {
public:
    Builder(const KernelRequest &request, const Context &context)
        : request_(request), context_(context), depthwise_(request.node.op->name == "depthwise_conv2d"),
          biased_(request.attributes().integer("bias") != 0), adds_(request.inputs.size() == 2), input_shape_(request.inputs[0].shape),
          output_shape_(request.outputs[0].shape)
    {
        if (depthwise_) input_shape_[3] = output_shape_[3]; // each channel as often as it has filters
        const Window window = window_of(request.attributes(), request.inputs[0].shape);
        shape_.strides = {window.y.stride, window.x.stride};
        shape_.dilations = {window.y.dilation, window.x.dilation};
        shape_.before = {window.y.before, window.x.before};
        shape_.after = {window.y.after, window.x.after};
        const Dims kernel{window.y.kernel, window.x.kernel};
        weight_dims_ = depthwise_ ? Dims{output_shape_[3], 1, 1, kernel[0], kernel[1]}
                                  : Dims{output_shape_[3], input_shape_[3], kernel[0], kernel[1]};
        shape_.weights = Description(weight_dims_, Type::f32, Tag::any);
        if (biased_) shape_.bias = Description({output_shape_[3]}, Type::f32, Tag::x);
    }

    // With plain maps they stay as they are, else oneDNN chooses.
    std::unique_ptr<Kernel> build(bool plain_maps)
    {
        const auto map = [&](const Shape &shape) {
            return plain_maps ? nhwc(shape) : Description({shape[0], shape[3], shape[1], shape[2]}, Type::f32, Tag::any);
        };
        shape_.source = map(input_shape_);
        shape_.destination = map(output_shape_);
        const auto description = describe(shape_, post_operations(activation_of(request_.attributes()), adds_), context_.engine);
        if (!description) return nullptr;
        auto kernel = std::make_unique<PrimitiveKernel>(context_);
        kernel->set_implementation(description->impl_info_str());
        assemble(*kernel, *description, plain_maps);
        return kernel;
    }

private:
    void assemble(PrimitiveKernel &kernel, const dnnl::convolution_forward::primitive_desc &description, bool plain_maps)
    {
        const auto source = kernel.bind(nhwc(input_shape_), plain_source(kernel));
        const auto destination = kernel.bind(nhwc(output_shape_), request_.outputs[0].data);
        const auto inner_source = plain_maps ? source : kernel.scratch(description.src_desc());
        const auto inner_destination = plain_maps ? destination : kernel.scratch(description.dst_desc());
        Arguments arguments = weights(kernel, description);
        arguments[DNNL_ARG_SRC] = inner_source;
        arguments[DNNL_ARG_DST] = inner_destination;
        kernel.reorder(source, inner_source);
        // Copied into the destination and added to there: as fast as a third argument, or faster.
        if (adds_) kernel.reorder(kernel.bind(nhwc(output_shape_), request_.inputs[1].data), inner_destination);
        kernel.add(dnnl::convolution_forward(description), std::move(arguments));
        kernel.reorder(inner_destination, destination);
    }

    // The input; for depthwise convolutions with several filters a channel, one where each channel is repeated.
    void *plain_source(PrimitiveKernel &kernel)
    {
        const TensorView &input = request_.inputs[0];
        if (!depthwise_ || input.shape[3] == input_shape_[3]) return input.data;
        auto wide = std::make_shared<Tensor>(input_shape_);
        const std::int64_t times = input_shape_[3] / input.shape[3], count = input.count();
        kernel.add([wide, input, times, count] {
            const float *from = input.floats();
            float *to = wide->floats();
#pragma omp parallel for schedule(static)
            for (std::int64_t i = 0; i < count; ++i)
                for (std::int64_t j = 0; j < times; ++j) to[i * times + j] = from[i];
        });
        return wide->data();
    }

    Arguments weights(PrimitiveKernel &kernel, const dnnl::convolution_forward::primitive_desc &description)
    {
        const float scale = depthwise_ ? 1.0f : static_cast<float>(request_.attributes().real("residual_scale"));
        const float applied = adds_ ? scale : 1.0f;
        const Description plain(weight_dims_, Type::f32, depthwise_ ? Tag::hwigo : Tag::hwio);
        Arguments arguments;
        arguments[DNNL_ARG_WEIGHTS] =
            kernel.pack(request_.take(depthwise_ ? "depthwise_weights" : "weights"), plain, description.weights_desc(), applied);
        if (biased_) arguments[DNNL_ARG_BIAS] = kernel.pack(request_.take("biases"), shape_.bias, shape_.bias, applied);
        return arguments;
    }

    const KernelRequest &request_;
    const Context &context_;
    bool depthwise_, biased_, adds_;
    Shape input_shape_, output_shape_;
    Dims weight_dims_;
    ConvolutionShape shape_;
};

} // namespace

std::unique_ptr<Kernel> make_convolution(const KernelRequest &request, const Context &context)
{
    const std::string &op = request.node.op->name;
    if (op != "conv2d" && op != "depthwise_conv2d") return nullptr;
    Builder builder(request, context);
    auto kernel = builder.build(true);
    return kernel ? std::move(kernel) : builder.build(false);
}

} // namespace tradewind::onednn
