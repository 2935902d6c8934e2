// SPDX-License-Identifier: Apache-2.0
// The definition of a convolution.
#include "plain_layer.h"

#include "running.h"

#include <bit>
#include <cmath>

using namespace tradewind;
using onednn::Activation;
using onednn::Layer;

namespace {

WindowAxis axis_of(std::int64_t input, std::int64_t kernel, std::int64_t stride, std::int64_t dilation)
{
    WindowAxis axis{input, (input + stride - 1) / stride, kernel, stride, dilation};
    const std::int64_t padding = std::max<std::int64_t>(0, (axis.output - 1) * stride + axis.extent() - input);
    axis.before = padding / 2;
    axis.after = padding - axis.before;
    return axis;
}

// Uniform numbers of the type.
Tensor random_map(const Shape &shape, ElementType type, unsigned seed)
{
    const Tensor floats = random_tensor(shape, seed);
    Tensor map(shape, type);
    for (std::int64_t i = 0; i < map.count(); ++i) {
        const float value = floats.floats()[i];
        if (type == ElementType::f32) map.floats()[i] = value;
        if (type == ElementType::bf16)
            reinterpret_cast<std::uint16_t *>(map.data())[i] =
                static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16);
        if (type == ElementType::u8)
            reinterpret_cast<std::uint8_t *>(map.data())[i] = static_cast<std::uint8_t>((value + 1) * 127.5f);
        if (type == ElementType::i8)
            reinterpret_cast<std::int8_t *>(map.data())[i] = static_cast<std::int8_t>(value * 127.4f);
    }
    return map;
}

double number_at(const Tensor &map, std::int64_t i)
{
    switch (map.type()) {
    case ElementType::u8:
        return reinterpret_cast<const std::uint8_t *>(map.data())[i];
    case ElementType::i8:
        return reinterpret_cast<const std::int8_t *>(map.data())[i];
    case ElementType::bf16: {
        const std::uint32_t high = reinterpret_cast<const std::uint16_t *>(map.data())[i];
        return std::bit_cast<float>(high << 16);
    }
    default:
        return map.floats()[i];
    }
}

// To 8 bits of mantissa, ties to even.
double half(double value)
{
    std::uint32_t bits = std::bit_cast<std::uint32_t>(static_cast<float>(value));
    bits += 0x7fff + (bits >> 16 & 1);
    return std::bit_cast<float>(bits & 0xffff0000);
}

std::vector<double> halves(std::vector<double> values)
{
    for (double &value : values) value = half(value);
    return values;
}

std::vector<double> small_weights(const Tensor &weights, std::int64_t outputs, double largest)
{
    std::vector<double> values(weights.floats(), weights.floats() + weights.count());
    for (std::int64_t o = 0; o < outputs; ++o) {
        double extent = 0;
        for (std::int64_t i = o; i < weights.count(); i += outputs)
            extent = std::max(extent, std::abs(values[static_cast<std::size_t>(i)]));
        const float factor = static_cast<float>(largest) / static_cast<float>(extent);
        for (std::int64_t i = o; i < weights.count(); i += outputs)
            values[static_cast<std::size_t>(i)] =
                static_cast<double>(std::nearbyint(weights.floats()[i] * factor)) * extent / largest;
    }
    return values;
}

double activated(double value, Activation activation)
{
    if (activation == Activation::none) return value;
    value = std::max(value, 0.0);
    return activation == Activation::relu6 ? std::min(value, 6.0) : value;
}

} // namespace

Layer layer_of(const Shape &input, std::int64_t filters, std::int64_t kernel, std::int64_t stride,
               std::int64_t dilation)
{
    Layer layer;
    layer.input = input;
    layer.window = {axis_of(input[1], kernel, stride, dilation), axis_of(input[2], kernel, stride, dilation)};
    layer.output = {input[0], layer.window.y.output, layer.window.x.output, filters};
    return layer;
}

LayerData data_of(const Layer &layer)
{
    LayerData data;
    data.source = random_map(layer.input, layer.source.type, 1);
    const std::int64_t inputs = layer.depthwise ? 1 : layer.input[3], outputs = layer.output[3];
    const WindowAxis &y = layer.window.y, &x = layer.window.x;
    data.weights = random_tensor({y.kernel, x.kernel, inputs, outputs}, 2);
    const float reach = 4 / std::sqrt(static_cast<float>(y.kernel * x.kernel * inputs));
    for (std::int64_t i = 0; i < data.weights.count(); ++i)
        data.weights.floats()[i] *= reach * static_cast<float>(1 + i % outputs % 3);
    data.biases = random_tensor({outputs}, 3);
    data.residual_stored = layer.destination;
    data.residual = random_map(layer.output, layer.destination.type, 4);
    if (layer.adds) data.residual_scale = 0.5f;
    return data;
}

std::vector<double> values_of(const Tensor &map, const StoredAs &stored)
{
    std::vector<double> values(static_cast<std::size_t>(map.count()));
    const Shape &shape = map.shape();
    const std::int64_t pixels = shape[1] * shape[2], channels = shape[3];
    const bool blocked = stored.layout == StoredAs::Layout::blocked;
    for (std::int64_t i = 0; i < map.count(); ++i) {
        const std::int64_t channel = i % channels, pixel = i / channels % pixels, picture = i / channels / pixels;
        const std::int64_t at =
            blocked ? ((picture * channels / 16 + channel / 16) * pixels + pixel) * 16 + channel % 16 : i;
        values[static_cast<std::size_t>(i)] = number_at(map, at) * static_cast<double>(stored.scale);
    }
    return values;
}

std::vector<double> plain_layer(const Layer &layer, const LayerData &data, ElementType type, double largest_weight)
{
    const WindowAxis &wy = layer.window.y, &wx = layer.window.x;
    const std::int64_t inputs = layer.input[3], outputs = layer.output[3];
    std::vector<double> source = values_of(data.source, layer.source),
                        weights(data.weights.floats(), data.weights.floats() + data.weights.count());
    if (type == ElementType::bf16) source = halves(source);
    if (type == ElementType::bf16) weights = halves(weights);
    if (type == ElementType::i8) weights = small_weights(data.weights, outputs, largest_weight);
    const std::vector<double> residual = values_of(data.residual, data.residual_stored);
    std::vector<double> result, sums(static_cast<std::size_t>(outputs));
    for (std::int64_t place = 0; place < element_count(layer.output) / outputs; ++place) {
        const std::int64_t ox = place % wx.output, oy = place / wx.output % wy.output,
                           n = place / wx.output / wy.output;
        std::fill(sums.begin(), sums.end(), 0.0);
        for (std::int64_t k = 0; k < wy.kernel * wx.kernel; ++k) {
            const std::int64_t y = oy * wy.stride - wy.before + k / wx.kernel * wy.dilation,
                               x = ox * wx.stride - wx.before + k % wx.kernel * wx.dilation;
            if (y < 0 || y >= wy.input || x < 0 || x >= wx.input) continue;
            const double *pixel = source.data() + ((n * wy.input + y) * wx.input + x) * inputs;
            for (std::int64_t i = 0; i < (layer.depthwise ? 1 : inputs); ++i) {
                const double *row = weights.data() + (layer.depthwise ? k : k * inputs + i) * outputs;
                for (std::int64_t o = 0; o < outputs; ++o)
                    sums[static_cast<std::size_t>(o)] += row[o] * pixel[layer.depthwise ? o : i];
            }
        }
        for (std::int64_t o = 0; o < outputs; ++o) {
            double value = sums[static_cast<std::size_t>(o)];
            if (layer.biased) value += static_cast<double>(data.biases.floats()[o]);
            value *= static_cast<double>(data.residual_scale);
            if (layer.adds) value += residual[static_cast<std::size_t>(place * outputs + o)];
            result.push_back(activated(value, layer.activation));
        }
    }
    return result;
}
