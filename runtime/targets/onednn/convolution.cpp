// SPDX-License-Identifier: Apache-2.0
// conv2d, depthwise_conv2d and dense. Maps stay n x h x w x c; only where oneDNN has no fast kernel for that are they
// reordered.
#include "targets/onednn/layer.h"
#include "targets/onednn/primitive_kernel.h"
#include "targets/onednn/row_chunks.h"

#include "ops/schemas.h"

namespace tradewind::onednn {
namespace {

using Type = dnnl::memory::data_type;
using Tag = dnnl::memory::format_tag;

class Builder {
public:
    // `packed`: the weights, once a kernel has been built; kernels of the same node on other rows take their layout.
    Builder(const KernelRequest &request, const Context &context, Arguments &packed)
        : request_(request), context_(context), packed_(packed), layer_(layer_of(request))
    {
        const Window &window = layer_.window;
        shape_.strides = {window.y.stride, window.x.stride};
        shape_.dilations = {window.y.dilation, window.x.dilation};
        shape_.before = {window.y.before, window.x.before};
        shape_.after = {window.y.after, window.x.after};
        const std::int64_t from = layer_.input[3], to = layer_.output[3];
        weight_dims_ = layer_.depthwise ? Dims{to, 1, 1} : Dims{to, from};
        weight_dims_.insert(weight_dims_.end(), {window.y.kernel, window.x.kernel});
        shape_.weights =
            packed_.empty() ? Description(weight_dims_, Type::f32, Tag::any) : packed_.at(DNNL_ARG_WEIGHTS).get_desc();
        if (layer_.biased) shape_.bias = Description({to}, Type::f32, Tag::x);
    }

    // With plain maps they stay as they are, else oneDNN chooses.
    std::unique_ptr<Kernel> build(bool plain_maps)
    {
        const auto map = [&](const Shape &shape) {
            return plain_maps ? nhwc(shape)
                              : Description({shape[0], shape[3], shape[1], shape[2]}, Type::f32, Tag::any);
        };
        shape_.source = map(layer_.input);
        shape_.destination = map(layer_.output);
        const auto attributes = post_operations(layer_.activation, layer_.adds);
        auto kernel = std::make_unique<PrimitiveKernel>(context_);
        const auto description = kernel->choose([&] { return describe(shape_, attributes, context_.engine); });
        if (!description) return nullptr;
        assemble(*kernel, *description, plain_maps);
        return kernel;
    }

private:
    void assemble(PrimitiveKernel &kernel, const dnnl::convolution_forward::primitive_desc &description,
                  bool plain_maps)
    {
        const auto source = kernel.bind(nhwc(layer_.input), plain_source(kernel));
        const auto destination = kernel.bind(nhwc(layer_.output), request_.outputs[0].data);
        const auto inner_source = plain_maps ? source : kernel.scratch(description.src_desc());
        const auto inner_destination = plain_maps ? destination : kernel.scratch(description.dst_desc());
        if (packed_.empty()) packed_ = weights(kernel, description);
        Arguments arguments = packed_;
        arguments[DNNL_ARG_SRC] = inner_source;
        arguments[DNNL_ARG_DST] = inner_destination;
        kernel.reorder(source, inner_source);
        // Added to in the destination, where it often is already: see plan_memory.
        if (layer_.adds) kernel.reorder(kernel.bind(nhwc(layer_.output), request_.inputs[1].data), inner_destination);
        kernel.add(dnnl::convolution_forward(description), std::move(arguments));
        kernel.reorder(inner_destination, destination);
    }

    // The input; for depthwise convolutions with several filters a channel, one where each channel is repeated.
    void *plain_source(PrimitiveKernel &kernel)
    {
        const TensorView &input = request_.inputs[0];
        if (input.count() == element_count(layer_.input)) return input.data;
        auto wide = std::make_shared<Tensor>(layer_.input);
        kernel.count_scratch(wide->bytes());
        const std::int64_t count = input.count(), times = wide->count() / count;
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
        const float scale = layer_.adds ? static_cast<float>(request_.attributes().real("residual_scale")) : 1.0f;
        const Description plain(weight_dims_, Type::f32, layer_.depthwise ? Tag::hwigo : Tag::hwio);
        const std::string &op = request_.node.op->name;
        const std::string leaf = op == "depthwise_conv2d" ? "depthwise_weights"
                                 : op == "conv2d"         ? ops::weights_leaf(request_.attributes())
                                                          : "weights";
        Arguments arguments;
        const auto pack = [&](const std::string &of, const Description &from, const Description &to) {
            return kernel.pack(request_.node.name + "/" + of, request_.source(of), from, to, scale);
        };
        arguments[DNNL_ARG_WEIGHTS] = pack(leaf, plain, description.weights_desc());
        if (layer_.biased) arguments[DNNL_ARG_BIAS] = pack("biases", shape_.bias, shape_.bias);
        return arguments;
    }

    const KernelRequest &request_;
    const Context &context_;
    Arguments &packed_;
    Layer layer_;
    Dims weight_dims_;
    ConvolutionShape shape_;
};

// What is read of weights for each chunk of rows must be little beside the work on it: products read each weight once,
// convolutions once for each pixel.
constexpr std::int64_t rows_of_maps = 16, rows_of_product = 64;

} // namespace

std::unique_ptr<Kernel> make_convolution(const KernelRequest &request, const Context &context)
{
    const std::string &op = request.node.op->name;
    if (op != "conv2d" && op != "depthwise_conv2d" && op != "dense") return nullptr;
    Arguments packed;
    const auto make = [&](const KernelRequest &rows) {
        Builder builder(rows, context, packed);
        auto kernel = builder.build(true);
        return kernel ? std::move(kernel) : builder.build(false);
    };
    if (!request.live) return make(request);
    const Shape &output = request.outputs[0].shape;
    const bool product = output.size() == 2 || output[1] * output[2] == 1;
    return in_row_chunks(request, {product ? rows_of_product : rows_of_maps, true}, make);
}

} // namespace tradewind::onednn
