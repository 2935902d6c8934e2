// SPDX-License-Identifier: Apache-2.0
// Depthwise kernels of our own against sums in double, on sizes that fill no block; the same bits for any number of
// threads.
#include "running.h"

#include "targets/onednn/conversions.h"
#include "targets/onednn/depthwise.h"
#include "targets/onednn/threads.h"

#include <doctest/doctest.h>

#include <cmath>
#include <iostream>

using namespace tradewind;
using namespace tradewind::onednn;

namespace {

struct Size {
    std::int64_t pictures, height, width, channels, stride;
};

WindowAxis axis(std::int64_t input, std::int64_t stride)
{
    const std::int64_t output = (input + stride - 1) / stride,
                       padding = std::max<std::int64_t>((output - 1) * stride + 3 - input, 0);
    return {input, output, 3, stride, 1, padding / 2, padding - padding / 2};
}

Layer layer_of(const Size &size, Activation activation, const StoredAs &source, const StoredAs &destination)
{
    Layer layer;
    layer.window = {axis(size.height, size.stride), axis(size.width, size.stride)};
    layer.input = {size.pictures, size.height, size.width, size.channels};
    layer.output = {size.pictures, layer.window.y.output, layer.window.x.output, size.channels};
    layer.depthwise = layer.biased = true;
    layer.activation = activation;
    layer.source = source;
    layer.destination = destination;
    return layer;
}

float pixel(const Layer &layer, const Tensor &map, std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t c)
{
    if (y < 0 || x < 0 || y >= layer.input[1] || x >= layer.input[2]) return 0;
    return map.floats()[((n * layer.input[1] + y) * layer.input[2] + x) * layer.input[3] + c];
}

double activated(const Layer &layer, double sum)
{
    if (layer.activation == Activation::none) return sum;
    return std::clamp(sum, 0.0, layer.activation == Activation::relu6 ? 6.0 : INFINITY);
}

Tensor expected(const Layer &layer, const Tensor &map, const Tensor &weights, const Tensor &bias)
{
    Tensor out(layer.output);
    const std::int64_t channels = layer.output[3];
    for (std::int64_t i = 0; i < out.count(); ++i) {
        const std::int64_t c = i % channels, x = i / channels % layer.output[2],
                           y = i / channels / layer.output[2] % layer.output[1],
                           n = i / channels / layer.output[2] / layer.output[1];
        double sum = bias.floats()[c];
        for (std::int64_t tap = 0; tap < 9; ++tap)
            sum += double{pixel(layer, map, n, y * layer.window.y.stride - layer.window.y.before + tap / 3,
                                x * layer.window.x.stride - layer.window.x.before + tap % 3, c)} *
                   weights.floats()[tap * channels + c];
        out.floats()[i] = static_cast<float>(activated(layer, sum));
    }
    return out;
}

struct Result {
    Tensor bits, floats;
};

Result computed(const Layer &layer, const Tensor &map, const Tensor &weights, const Tensor &bias, int threads)
{
    Tensor source(layer.input, layer.source.type);
    Result result{Tensor(layer.output, layer.destination.type), Tensor(layer.output)};
    write_map(map.floats(), map.count(), layer.source, source.view());
    const ThreadScope scope(threads);
    own_depthwise(layer, weights.floats(), bias.floats(), source.data(), result.bits.data())();
    read_map(result.bits.view(), layer.destination, result.bits.count(), result.floats.floats());
    return result;
}

// Weights and numbers that the storage holds exactly, so that only the output is rounded.
Tensor coarse(Tensor tensor, float steps)
{
    for (std::int64_t i = 0; i < tensor.count(); ++i)
        tensor.floats()[i] = std::nearbyint(tensor.floats()[i] * steps) / steps;
    return tensor;
}

void check(const Size &size, Activation activation, const StoredAs &source, const StoredAs &destination)
{
    const Layer layer = layer_of(size, activation, source, destination);
    if (!has_own_depthwise(layer)) return; // oneDNN's is no slower
    const float steps = source.type == ElementType::bf16 ? 128 : 127;
    Tensor map = coarse(random_tensor(layer.input, 1), steps), bias = random_tensor({size.channels}, 3);
    if (source.type == ElementType::u8)
        for (std::int64_t i = 0; i < map.count(); ++i) map.floats()[i] = std::abs(map.floats()[i]);
    Tensor weights = coarse(random_tensor({3, 3, size.channels, 1}, 2), steps);
    for (std::int64_t c = 0; c < size.channels; ++c) weights.floats()[c] = 1; // the largest: its scale is 1/127
    const Tensor wanted = expected(layer, map, weights, bias);
    const Result found = computed(layer, map, weights, bias, 1);
    double worst = 0;
    for (std::int64_t i = 0; i < wanted.count(); ++i) {
        const float numbers = destination.type == ElementType::u8 ? 255.0f : 127.0f;
        float want = wanted.floats()[i];
        const bool of_8_bits = byte_size(destination.type) == 1;
        if (of_8_bits) want = std::min(want, numbers * destination.scale); // saturated
        if (destination.type == ElementType::u8) want = std::max(want, 0.0f);
        if (destination.type == ElementType::i8) want = std::max(want, -128 * destination.scale);
        const double rounding = of_8_bits ? 0.501 * double{destination.scale} : std::abs(want) / 256 + 1e-6;
        worst = std::max(worst, std::abs(double{want} - found.floats.floats()[i]) / rounding);
    }
    CHECK(worst <= 1.01);
    for (const int threads : {2, 3}) CHECK(identical(found.bits, computed(layer, map, weights, bias, threads).bits));
}

const Size sizes[] = {{1, 1, 1, 16, 1},   {1, 9, 7, 16, 1}, {1, 12, 13, 32, 1}, {2, 5, 21, 64, 1},
                      {1, 11, 10, 80, 1}, {1, 8, 9, 24, 1}, {1, 9, 8, 5, 1},    {1, 9, 7, 16, 2},
                      {3, 12, 30, 64, 2}, {1, 2, 3, 48, 2}, {1, 17, 16, 96, 2}, {1, 20, 19, 200, 2}};

void check_all(const StoredAs &source, const StoredAs &destination)
{
    for (const Size &size : sizes)
        for (const Activation activation : {Activation::none, Activation::relu, Activation::relu6}) {
            CAPTURE(to_string(Shape{size.pictures, size.height, size.width, size.channels, size.stride}));
            CAPTURE(static_cast<int>(activation));
            CAPTURE(to_string(source.type));
            CAPTURE(to_string(destination.type));
            check(size, activation, source, destination);
        }
}

} // namespace

TEST_CASE("depthwise kernels of our own")
{
    const StoredAs bf16{ElementType::bf16};
    if (has_own_depthwise(layer_of(sizes[0], Activation::none, bf16, bf16)))
        check_all(bf16, bf16);
    else
        std::cout << "skipped: depthwise kernels in bfloat16, which this processor lacks\n";
    const StoredAs u8{ElementType::u8, 1.0f / 127}, i8{ElementType::i8, 1.0f / 127};
    if (!has_own_depthwise(layer_of(sizes[0], Activation::none, i8, i8))) {
        std::cout << "skipped: depthwise kernels of 8 bits, whose instructions this processor lacks\n";
        return;
    }
    for (const StoredAs &source : {u8, i8})
        for (const StoredAs &destination :
             {StoredAs{ElementType::u8, 7.0f / 255}, StoredAs{ElementType::i8, 3.0f / 127}})
            check_all(source, destination);
}

TEST_CASE("layers that our own depthwise kernels do not compute")
{
    const StoredAs f32{ElementType::f32}, i8{ElementType::i8, 0.1f};
    CHECK_FALSE(has_own_depthwise(layer_of(sizes[0], Activation::none, f32, f32)));
    CHECK_FALSE(has_own_depthwise(layer_of(sizes[0], Activation::none, i8, f32)));
    Layer layer = layer_of(sizes[0], Activation::none, i8, i8);
    const bool can = has_own_depthwise(layer);
    layer.window.x.dilation = 2;
    CHECK_FALSE(has_own_depthwise(layer));
    layer.window.x.dilation = 1;
    layer.may_quantise = false;
    CHECK_FALSE(has_own_depthwise(layer));
    layer.may_quantise = true;
    CHECK(has_own_depthwise(layer) == can);
    layer.depthwise = false;
    CHECK_FALSE(has_own_depthwise(layer));
}
