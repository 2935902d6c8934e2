// SPDX-License-Identifier: Apache-2.0
// dense, and convolutions whose one window is the whole map (fully connected layers on many regions), as matrix products.
#include "targets/onednn/primitive_kernel.h"

#include "ops/window.h"

namespace tradewind::onednn {
namespace {

using Type = dnnl::memory::data_type;
using Tag = dnnl::memory::format_tag;

bool covers(const WindowAxis &axis)
{
    return axis.output == 1 && axis.kernel == axis.input && axis.before == 0 && axis.after == 0;
}

// A product over few rows gains nothing over a convolution.
bool is_product(const KernelRequest &request)
{
    if (request.node.op->name == "dense") return true;
    if (request.node.op->name != "conv2d" || request.inputs.size() != 1 || request.inputs[0].shape[0] < 8) return false;
    const Window window = window_of(request.attributes(), request.inputs[0].shape);
    return covers(window.y) && covers(window.x);
}

} // namespace

std::unique_ptr<Kernel> make_product(const KernelRequest &request, const Context &context)
{
    if (!is_product(request)) return nullptr;
    const std::int64_t rows = request.inputs[0].shape[0], depth = request.inputs[0].count() / rows, units = request.outputs[0].shape.back();
    const auto matrix = [](std::int64_t height, std::int64_t width, Tag tag) { return Description({height, width}, Type::f32, tag); };
    const Description source = matrix(rows, depth, Tag::ab), destination = matrix(rows, units, Tag::ab);
    const bool biased = request.attributes().integer("bias") != 0;
    const Description bias = biased ? matrix(1, units, Tag::ab) : Description();
    const auto attributes = post_operations(activation_of(request.attributes()), false);
    const auto description = describe_product(source, matrix(depth, units, Tag::any), bias, destination, attributes, context.engine);
    if (!description) return nullptr;
    auto kernel = std::make_unique<PrimitiveKernel>(context);
    kernel->set_implementation(description->impl_info_str());
    Arguments arguments{{DNNL_ARG_SRC, kernel->bind(source, request.inputs[0].data)},
                        {DNNL_ARG_DST, kernel->bind(destination, request.outputs[0].data)}};
    arguments[DNNL_ARG_WEIGHTS] = kernel->pack(request.take("weights"), matrix(depth, units, Tag::ab), description->weights_desc());
    if (biased) arguments[DNNL_ARG_BIAS] = kernel->pack(request.take("biases"), bias, bias);
    kernel->add(dnnl::matmul(*description), std::move(arguments));
    return kernel;
}

} // namespace tradewind::onednn
