// SPDX-License-Identifier: Apache-2.0
// conv2d, depthwise_conv2d and dense. Maps stay n x h x w x c; only where oneDNN has no fast kernel for that are they
// reordered.
#include "targets/onednn/primitive_kernel.h"
#include "targets/onednn/row_chunks.h"

#include "ops/schemas.h"
#include "ops/window.h"

namespace tradewind::onednn {
namespace {

using Type = dnnl::memory::data_type;
using Tag = dnnl::memory::format_tag;

// A node as a convolution from one map to another.
struct Geometry {
    Shape input, output; // n x h x w x c
    Window window;
    bool depthwise = false;
};

bool covers(const WindowAxis &axis)
{
    return axis.output == 1 && axis.kernel == axis.input && axis.before == 0 && axis.after == 0;
}

// Rows times a matrix is a 1x1 convolution over a map that is `rows` high. (oneDNN's matrix product can be a little
// faster, but on some processors its results depend on the number of threads.)
Geometry product(std::int64_t rows, std::int64_t depth, std::int64_t units)
{
    return {{1, rows, 1, depth}, {1, rows, 1, units}, {}};
}

Geometry geometry_of(const KernelRequest &request)
{
    const std::string &op = request.node.op->name;
    const TensorView &input = request.inputs[0], &output = request.outputs[0];
    const std::int64_t count = input.shape[0];
    if (op == "dense") return product(count, input.shape[1], output.shape[1]);
    const Window window = window_of(request.attributes(), input.shape);
    const bool depthwise = op == "depthwise_conv2d";
    // One window over all of each map: a fully connected layer.
    if (!depthwise && count > 1 && covers(window.y) && covers(window.x))
        return product(count, input.count() / count, output.shape[3]);
    Geometry geometry{input.shape, output.shape, window, depthwise};
    if (depthwise) geometry.input[3] = output.shape[3]; // each channel as often as it has filters
    return geometry;
}

class Builder {
public:
    // `packed`: the weights, once a kernel has been built; kernels of the same node on other rows take their layout.
    Builder(const KernelRequest &request, const Context &context, Arguments &packed)
        : request_(request), context_(context), packed_(packed), geometry_(geometry_of(request)),
          biased_(request.attributes().integer("bias") != 0), adds_(request.inputs.size() == 2)
    {
        const Window &window = geometry_.window;
        shape_.strides = {window.y.stride, window.x.stride};
        shape_.dilations = {window.y.dilation, window.x.dilation};
        shape_.before = {window.y.before, window.x.before};
        shape_.after = {window.y.after, window.x.after};
        const std::int64_t from = geometry_.input[3], to = geometry_.output[3];
        weight_dims_ = geometry_.depthwise ? Dims{to, 1, 1} : Dims{to, from};
        weight_dims_.insert(weight_dims_.end(), {window.y.kernel, window.x.kernel});
        shape_.weights =
            packed_.empty() ? Description(weight_dims_, Type::f32, Tag::any) : packed_.at(DNNL_ARG_WEIGHTS).get_desc();
        if (biased_) shape_.bias = Description({to}, Type::f32, Tag::x);
    }

    // With plain maps they stay as they are, else oneDNN chooses.
    std::unique_ptr<Kernel> build(bool plain_maps)
    {
        const auto map = [&](const Shape &shape) {
            return plain_maps ? nhwc(shape)
                              : Description({shape[0], shape[3], shape[1], shape[2]}, Type::f32, Tag::any);
        };
        shape_.source = map(geometry_.input);
        shape_.destination = map(geometry_.output);
        const auto attributes = post_operations(activation_of(request_.attributes()), adds_);
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
        const auto source = kernel.bind(nhwc(geometry_.input), plain_source(kernel));
        const auto destination = kernel.bind(nhwc(geometry_.output), request_.outputs[0].data);
        const auto inner_source = plain_maps ? source : kernel.scratch(description.src_desc());
        const auto inner_destination = plain_maps ? destination : kernel.scratch(description.dst_desc());
        if (packed_.empty()) packed_ = weights(kernel, description);
        Arguments arguments = packed_;
        arguments[DNNL_ARG_SRC] = inner_source;
        arguments[DNNL_ARG_DST] = inner_destination;
        kernel.reorder(source, inner_source);
        // Added to in the destination, where it often is already: see plan_memory.
        if (adds_) kernel.reorder(kernel.bind(nhwc(geometry_.output), request_.inputs[1].data), inner_destination);
        kernel.add(dnnl::convolution_forward(description), std::move(arguments));
        kernel.reorder(inner_destination, destination);
    }

    // The input; for depthwise convolutions with several filters a channel, one where each channel is repeated.
    void *plain_source(PrimitiveKernel &kernel)
    {
        const TensorView &input = request_.inputs[0];
        if (input.count() == element_count(geometry_.input)) return input.data;
        auto wide = std::make_shared<Tensor>(geometry_.input);
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
        const float scale = adds_ ? static_cast<float>(request_.attributes().real("residual_scale")) : 1.0f;
        const Description plain(weight_dims_, Type::f32, geometry_.depthwise ? Tag::hwigo : Tag::hwio);
        const std::string &op = request_.node.op->name;
        const std::string leaf = op == "depthwise_conv2d" ? "depthwise_weights"
                                 : op == "conv2d"         ? ops::weights_leaf(request_.attributes())
                                                          : "weights";
        Arguments arguments;
        const auto pack = [&](const std::string &of, const Description &from, const Description &to) {
            return kernel.pack(request_.node.name + "/" + of, request_.source(of), from, to, scale);
        };
        arguments[DNNL_ARG_WEIGHTS] = pack(leaf, plain, description.weights_desc());
        if (biased_) arguments[DNNL_ARG_BIAS] = pack("biases", shape_.bias, shape_.bias);
        return arguments;
    }

    const KernelRequest &request_;
    const Context &context_;
    Arguments &packed_;
    Geometry geometry_;
    bool biased_, adds_;
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
