// SPDX-License-Identifier: Apache-2.0
// The part of oneDNN that differs between its major versions: describing primitives. Nothing else here depends on one.
#pragma once

#include <oneapi/dnnl/dnnl.hpp>

#include <optional>
#include <string>

namespace tradewind::onednn {

using Dims = dnnl::memory::dims;
using Description = dnnl::memory::desc;

enum class Activation { none, relu, relu6 };

struct ConvolutionShape {
    Description source, weights, bias, destination; // bias: zero for none
    Dims strides, dilations, before, after;         // y, x; a dilation of 1 is a dense kernel
};

struct PoolShape {
    bool maximum; // else the mean of the pixels inside the picture
    Description source, destination;
    Dims kernel, strides, before, after;
};

// y = activation(y), or activation(destination + y) with what lies in the destination before.
dnnl::primitive_attr post_operations(Activation activation, bool accumulates);

// Descriptors of f32 inference; empty when oneDNN has no implementation other than its own reference, which is slower
// than ours is by orders of magnitude.
std::optional<dnnl::convolution_forward::primitive_desc>
describe(const ConvolutionShape &shape, const dnnl::primitive_attr &attributes, const dnnl::engine &engine);
std::optional<dnnl::pooling_forward::primitive_desc> describe(const PoolShape &shape, const dnnl::engine &engine);

// As Error(resource) when memory did not suffice, else as Error(failed).
[[noreturn]] void refuse(const dnnl::error &error);

// "2.6.3, AVX-512 with bfloat16"
std::string library_description();

} // namespace tradewind::onednn
