// SPDX-License-Identifier: Apache-2.0
// Shapes in words.
#include "targets/cuda/convolution.h"

namespace tradewind::cuda {
namespace {

std::string joined(std::initializer_list<std::int64_t> numbers, const char *between)
{
    std::string text;
    for (const auto number : numbers) text += (text.empty() ? "" : between) + std::to_string(number);
    return text;
}

const char *name_of(const ConvolutionShape &shape)
{
    if (shape.storage == Storage::f16) return "f16";
    if (shape.storage == Storage::bf16) return "bf16";
    return shape.tf32 ? "tf32" : "f32";
}

} // namespace

std::string to_string(const ConvolutionShape &shape)
{
    const ConvolutionAxis &y = shape.y, &x = shape.x;
    std::string text = joined({shape.count, y.input, x.input, shape.channels}, "x") + " " + name_of(shape) + ", " +
                       std::to_string(shape.filters) + " of " + joined({y.kernel, x.kernel}, "x") + ", stride " +
                       joined({y.stride, x.stride}, "x") + ", pad " +
                       joined({y.before, y.after, x.before, x.after}, " ");
    if (y.dilation != 1 || x.dilation != 1) text += ", dilation " + joined({y.dilation, x.dilation}, "x");
    if (shape.bias) text += ", bias";
    if (shape.residual) text += ", residual";
    if (shape.activation != Activation::none) text += shape.activation == Activation::relu ? ", relu" : ", relu6";
    return text;
}

} // namespace tradewind::cuda
