// SPDX-License-Identifier: Apache-2.0
// Which kernel.
#include "targets/onednn/depthwise_rows.h"

#include <oneapi/dnnl/dnnl.hpp>

#include <limits>

namespace tradewind::onednn {
namespace {

// Also below what oneDNN is limited to, so that a limit is one on everything.
bool has(dnnl::cpu_isa set)
{
    const auto bits = static_cast<unsigned>(set);
    return (static_cast<unsigned>(dnnl::get_effective_cpu_isa()) & bits) == bits;
}

bool is_3_wide(const WindowAxis &axis)
{
    return axis.kernel == 3 && axis.dilation == 1 && (axis.stride == 1 || axis.stride == 2) && axis.before < 3;
}

bool of_8_bits(ElementType type) { return type == ElementType::u8 || type == ElementType::i8; }

// oneDNN's kernel for unsigned numbers is as fast where windows do not overlap much.
bool gains_in_8_bits(const Layer &layer) { return layer.window.x.stride == 1 || layer.source.type == ElementType::i8; }

} // namespace

DepthwiseShape::DepthwiseShape(const Layer &layer)
    : pictures(layer.input[0]), height(layer.input[1]), width(layer.input[2]), channels(layer.input[3]),
      output_height(layer.output[1]), output_width(layer.output[2]), stride(layer.window.y.stride),
      top(layer.window.y.before), left(layer.window.x.before),
      low(layer.activation == Activation::none ? -std::numeric_limits<float>::infinity() : 0.0f),
      high(layer.activation == Activation::relu6 ? 6.0f : std::numeric_limits<float>::infinity())
{
}

#ifdef __x86_64__

bool has_own_depthwise(const Layer &layer)
{
    using dnnl::cpu_isa;
    const StoredAs &from = layer.source, &to = layer.destination;
    if (!layer.depthwise || layer.adds || !is_3_wide(layer.window.y) || !is_3_wide(layer.window.x) ||
        layer.window.y.stride != layer.window.x.stride || from.layout != StoredAs::Layout::rows ||
        to.layout != StoredAs::Layout::rows)
        return false;
    if (of_8_bits(from.type) && of_8_bits(to.type))
        return layer.may_quantise && has(cpu_isa::avx512_core_vnni) && gains_in_8_bits(layer);
    return from.type == ElementType::bf16 && to.type == ElementType::bf16 && has(cpu_isa::avx512_core_bf16);
}

std::function<void()> own_depthwise(const Layer &layer, const float *weights, const float *bias,
                                    const std::byte *source, std::byte *destination)
{
    const auto make = of_8_bits(layer.source.type) ? depthwise_8_bits : depthwise_bf16;
    return make(layer, weights, bias, source, destination);
}

#else

bool has_own_depthwise(const Layer &) { return false; }
std::function<void()> own_depthwise(const Layer &, const float *, const float *, const std::byte *, std::byte *)
{
    return nullptr;
}

#endif

} // namespace tradewind::onednn
