// SPDX-License-Identifier: Apache-2.0
// What attributes of nodes say about layers, as convolutions and kernels take it.
#pragma once

#include "ops/window.h"
#include "targets/cuda/convolution.h"

namespace tradewind::cuda {

inline ConvolutionAxis convolution_axis(const WindowAxis &axis)
{
    return {axis.input, axis.output, axis.kernel, axis.stride, axis.dilation, axis.before, axis.after};
}

inline Activation activation_of(const Attributes &attributes)
{
    const std::string &name = attributes.text("activation");
    return name == "relu" ? Activation::relu : name == "relu6" ? Activation::relu6 : Activation::none;
}

} // namespace tradewind::cuda
