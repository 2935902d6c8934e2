// SPDX-License-Identifier: Apache-2.0
// The part of oneDNN that differs between its major versions: describing primitives. Nothing else here depends on one.
#pragma once

#include <oneapi/dnnl/dnnl.hpp>

#include "tensor/tensor.h"

#include <optional>
#include <string>
#include <vector>

namespace tradewind::onednn {

using Dims = dnnl::memory::dims;
using Description = dnnl::memory::desc;

enum class Activation { none, relu, relu6 };

struct ConvolutionShape {
    Description source, weights, bias, destination; // bias: zero for none
    Dims strides, dilations, before, after;         // y, x; a dilation of 1 is a dense kernel
    bool winograd = false;
};

struct PoolShape {
    bool maximum; // else the mean of the pixels inside the picture
    Description source, destination;
    Dims kernel, strides, before, after;
};

// Products of matrices, one for each index of the first axis.
struct ProductShape {
    Description source, weights, destination; // n x rows x inner, n x inner x columns, n x rows x columns
};

// What becomes of the sums of a convolution, in the destination's numbers: y = activation(scale * y + addend_scale * d)
// with d what lies in the destination before, as numbers of `addend_type`. relu6 clips at `limit`.
struct Finish {
    Activation activation = Activation::none;
    float limit = 6.0f;
    bool accumulates = false;
    float addend_scale = 1.0f;
    std::optional<dnnl::memory::data_type> addend_type = {}; // none: that of the destination
    std::vector<float> scales = {};                          // one for each output channel; none: 1
};
dnnl::primitive_attr post_operations(const Finish &finish);
// y = activation(y), or activation(destination + y).
dnnl::primitive_attr post_operations(Activation activation, bool accumulates);

// Which numbers the processor multiplies by instructions of its own; f32 always.
bool multiplies(ElementType type);
// Sums of products of two pairs of u8 and i8 do not overflow between: else weights must be small.
bool has_wide_sums();
bool has_avx512();

// A copy that multiplies by `scales`: one for all, or for each index of the axes whose bits are set in `mask`.
dnnl::primitive_attr scaled(const std::vector<float> &scales, int mask);

// Descriptors of inference; empty when oneDNN has no implementation other than its own reference, which is slower
// than ours is by orders of magnitude.
std::optional<dnnl::convolution_forward::primitive_desc>
describe(const ConvolutionShape &shape, const dnnl::primitive_attr &attributes, const dnnl::engine &engine);
std::optional<dnnl::pooling_forward::primitive_desc> describe(const PoolShape &shape, const dnnl::engine &engine);
std::optional<dnnl::matmul::primitive_desc> describe(const ProductShape &shape, const dnnl::engine &engine);

// As Error(resource) when memory did not suffice, else as Error(failed).
[[noreturn]] void refuse(const dnnl::error &error);

// All that a description says, for comparing it with that of another process.
std::string bytes_of(const Description &description);

// "2.6.3, AVX-512 with bfloat16"
std::string library_description();

} // namespace tradewind::onednn
