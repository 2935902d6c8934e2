// SPDX-License-Identifier: Apache-2.0
// One convolution with what follows it: y = activation(conv(x, w) + bias + residual). Sums are float32.
#pragma once

#include "targets/cuda/kernels/element.h"
#include "targets/cuda/kernels/launch.h"

#include <compare>
#include <cstdint>
#include <string>

namespace tradewind::cuda {

enum class Activation { none, relu, relu6 };

struct ConvolutionAxis {
    std::int64_t input = 1, output = 1;
    std::int64_t kernel = 1, stride = 1, dilation = 1;
    std::int64_t before = 0, after = 0; // padding with zeros

    auto operator<=>(const ConvolutionAxis &) const = default;
};

// Maps are n x h x w x c, row-major; weights filters x kernel y x kernel x x channels; the bias is one number for each
// filter. All are of `storage`. x, y and the residual (of y's shape) are aligned to 16 bytes.
struct ConvolutionShape {
    std::int64_t count = 1, channels = 1, filters = 1;
    ConvolutionAxis y, x;
    Storage storage = Storage::f32;
    bool tf32 = false; // inputs may be cut to 10 bits of mantissa; else float32 is multiplied as it is
    bool bias = false, residual = false;
    Activation activation = Activation::none;

    auto operator<=>(const ConvolutionShape &) const = default;
};

// "1x38x64x256 f16, 256 of 3x3, stride 1, pad 1 1 1 1, bias, relu": for messages, and part of what is kept on disk.
std::string to_string(const ConvolutionShape &shape);

struct ConvolutionChoice {
    enum class By { prediction, measurement } by = By::prediction;
    std::string cache_folder; // where measurements are kept; empty: nowhere
};

struct ConvolutionArguments {
    const void *x = nullptr, *weights = nullptr;
    const void *bias = nullptr;     // null: none
    const void *residual = nullptr; // null: none; not y
    void *y = nullptr;
    void *workspace = nullptr; // workspace_bytes(), aligned to 256 bytes
};

class Convolution {
public:
    virtual ~Convolution() = default;
    virtual void run(Stream stream, const ConvolutionArguments &arguments) = 0;
    virtual std::size_t workspace_bytes() const = 0;
    virtual std::string implementation() const = 0; // "cudnn engine 51"
};

} // namespace tradewind::cuda
