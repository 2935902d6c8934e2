// SPDX-License-Identifier: Apache-2.0
// Every way in which layers can be computed, against plain loops.
#include "plain_layer.h"
#include "targets/onednn/layer_kernel.h"
#include "targets/onednn/threads.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace tradewind;
using namespace tradewind::onednn;

namespace {

using Type = ElementType;

WeightSource source_of(const Tensor &values)
{
    WeightSource source;
    source.bytes = values.bytes();
    source.read = [values] { return values; };
    return source;
}

struct Outcome {
    Tensor map;
    std::string implementation;
};

Outcome run(const Layer &layer, const LayerChoice &choice, const LayerData &data, int threads)
{
    const ThreadScope scope(threads);
    Tensor destination(layer.output, layer.destination.type);
    LayerOperands operands;
    operands.source = const_cast<std::byte *>(data.source.data());
    operands.source_channels = layer.input[3];
    operands.destination = destination.data();
    operands.residual = const_cast<std::byte *>(data.residual.data());
    operands.residual_stored = data.residual_stored;
    operands.residual_scale = data.residual_scale;
    operands.weights = source_of(data.weights);
    operands.biases = source_of(data.biases);
    operands.weights_name = "weights";
    operands.biases_name = "biases";
    const Context context;
    PackedLayer packed;
    const auto kernel = make_layer_kernel(layer, choice, operands, context, packed);
    if (!kernel) return {};
    kernel->run();
    kernel->run(); // the same again
    return {destination, kernel->implementation()};
}

double largest_of(const std::vector<double> &values)
{
    double largest = 0;
    for (const double value : values) largest = std::max(largest, std::abs(value));
    return largest;
}

double deviation_of(const std::vector<double> &values)
{
    double sum = 0, squares = 0;
    for (const double value : values) {
        sum += value;
        squares += value * value;
    }
    const auto count = static_cast<double>(values.size());
    return std::sqrt(squares / count - sum / count * (sum / count));
}

// Numbers that say nothing of a value beyond what the type of the destination holds.
double limited(double value, const StoredAs &stored)
{
    const auto scale = static_cast<double>(stored.scale);
    if (stored.type == Type::u8) return std::clamp(value, 0.0, 255 * scale);
    if (stored.type == Type::i8) return std::clamp(value, -128 * scale, 127 * scale);
    return value;
}

// Of sums in f32, as a part of the largest; of numbers rounded to what the destination holds.
double tolerance(const Layer &layer, const LayerChoice &choice, const LayerData &data,
                 const std::vector<double> &expected)
{
    Layer linear = layer;
    linear.activation = Activation::none;
    const std::vector<double> sums = plain_layer(linear, data, choice.type);
    double allowed = 5e-6 * largest_of(sums);
    if (choice.algorithm == Algorithm::winograd) allowed = std::max(allowed, 2e-5 * deviation_of(sums));
    if (layer.destination.type == Type::bf16) return allowed + largest_of(expected) / 256;
    return allowed + (layer.destination.type == Type::f32 ? 0.0 : static_cast<double>(layer.destination.scale));
}

void check(const Layer &layer, const LayerChoice &choice, const LayerData &data)
{
    const Outcome found = run(layer, choice, data, 2);
    INFO(layer.key() << " by " << to_string(choice) << ": " << found.implementation);
    REQUIRE(!found.map.empty());
    CHECK(found.implementation.find("ref") == std::string::npos);
    const std::vector<double> expected = plain_layer(layer, data, choice.type, has_wide_sums() ? 127 : 64),
                              values = values_of(found.map, layer.destination);
    const double allowed = tolerance(layer, choice, data, expected);
    double worst = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
        worst = std::max(worst, std::abs(values[i] - limited(expected[i], layer.destination)));
    CHECK(worst <= allowed);
    for (const int threads : {1, 3}) {
        const Outcome other = run(layer, choice, data, threads);
        CHECK(std::memcmp(other.map.data(), found.map.data(), found.map.bytes()) == 0);
    }
}

// A scale that the outputs just fill.
StoredAs fitting(Layer layer, StoredAs stored)
{
    layer.adds = false;
    layer.destination = {};
    const double largest = largest_of(plain_layer(layer, data_of(layer), Type::f32));
    if (stored.type == Type::u8) stored.scale = static_cast<float>(largest / 255);
    if (stored.type == Type::i8) stored.scale = static_cast<float>(largest / 127);
    return stored;
}

void check(Layer layer, const StoredAs &source, const StoredAs &destination)
{
    layer.source = source;
    layer.destination = fitting(layer, destination);
    const LayerData data = data_of(layer);
    const auto choices = candidates(layer);
    CHECK(!choices.empty());
    for (const LayerChoice &choice : choices) check(layer, choice, data);
}

Layer with(Layer layer, Activation activation, bool adds = false)
{
    layer.biased = true;
    layer.activation = activation;
    layer.adds = adds;
    return layer;
}

Layer depthwise(Layer layer)
{
    layer.depthwise = true;
    return layer;
}

// The window along one axis alone.
Layer across(Layer layer)
{
    const std::int64_t height = layer.input[1];
    layer.window.y = {height, height};
    return layer;
}

Layer down(Layer layer)
{
    const std::int64_t width = layer.input[2];
    layer.window.x = {width, width};
    return layer;
}

// So many zeros around along the long axis of the window, in the place of SAME padding.
Layer padded(Layer layer, std::int64_t before, std::int64_t after)
{
    const bool across = layer.window.x.kernel > 1;
    WindowAxis &axis = across ? layer.window.x : layer.window.y;
    axis.before = before;
    axis.after = after;
    axis.output = axis.input + before + after - axis.kernel + 1;
    layer.output[across ? 2 : 1] = axis.output;
    return layer;
}

std::vector<Layer> layers()
{
    const auto none = Activation::none, relu = Activation::relu, relu6 = Activation::relu6;
    return {
        with(layer_of({1, 19, 17, 32}, 48, 3), relu6),
        with(layer_of({1, 20, 20, 64}, 64, 3), relu),
        with(layer_of({1, 14, 14, 32}, 32, 3), relu6, true),
        with(layer_of({2, 9, 9, 32}, 21, 3), none),
        with(layer_of({1, 13, 13, 16}, 32, 3, 2), relu, true),
        with(layer_of({1, 12, 15, 24}, 20, 3, 1, 2), relu),
        with(layer_of({1, 15, 15, 64}, 96, 1), relu6, true),
        with(layer_of({1, 19, 19, 64}, 21, 1), none),
        with(layer_of({1, 16, 16, 32}, 64, 1, 2), none),
        layer_of({1, 33, 31, 3}, 32, 3, 2),
        with(layer_of({1, 30, 32, 3}, 24, 7, 2), relu),
        with(across(layer_of({1, 19, 19, 64}, 80, 7)), relu6),
        with(down(layer_of({2, 17, 20, 48}, 33, 7)), relu),
        across(layer_of({1, 5, 8, 19}, 20, 7)),
        with(padded(across(layer_of({1, 4, 21, 16}, 24, 7)), 0, 0), relu),
        with(padded(down(layer_of({1, 12, 5, 16}, 24, 7)), 1, 4), relu6),
        with(padded(down(layer_of({1, 1, 9, 8}, 8, 7)), 7, 9), none),
        with(down(layer_of({1, 3, 4, 16}, 16, 7)), none),
        with(layer_of({1, 100, 1, 256}, 84, 1), none),
        with(layer_of({1, 1, 1, 512}, 40, 1), relu),
        with(depthwise(layer_of({1, 19, 19, 64}, 64, 3)), relu6),
        with(depthwise(layer_of({1, 20, 18, 32}, 32, 3, 2)), relu6),
        with(depthwise(layer_of({1, 11, 11, 24}, 24, 3)), relu),
    };
}

const StoredAs f32{}, bf16{Type::bf16}, u8{Type::u8, 0.02f}, i8{Type::i8, 0.03f};

StoredAs blocked(StoredAs stored)
{
    stored.layout = StoredAs::Layout::blocked;
    return stored;
}

} // namespace

TEST_CASE("layers of floats")
{
    for (const Layer &layer : layers()) check(layer, f32, f32);
}

TEST_CASE("layers of half floats")
{
    for (const Layer &layer : layers()) {
        check(layer, bf16, bf16);
        check(layer, f32, bf16);
        check(layer, bf16, f32);
    }
}

TEST_CASE("layers of 8-bit integers")
{
    for (const Layer &layer : layers()) {
        check(layer, u8, u8);
        check(layer, i8, i8);
        check(layer, u8, f32);
        check(layer, i8, u8);
        check(layer, u8, i8);
        check(layer, u8, bf16);
        check(layer, f32, u8);
    }
}

TEST_CASE("layers of blocks of channels")
{
    for (const Layer &layer : layers()) {
        const bool from = layer.input[3] % 16 == 0, to = layer.output[3] % 16 == 0;
        if (from && to) check(layer, blocked(f32), blocked(f32));
        if (from) check(layer, blocked(f32), f32);
        if (to) check(layer, f32, blocked(f32));
        if (from && to) check(layer, blocked(bf16), blocked(bf16));
    }
}

TEST_CASE("a residual of another scale and sign than the sum")
{
    for (const StoredAs &residual : {u8, i8}) {
        Layer layer = with(layer_of({1, 10, 9, 32}, 32, 1), Activation::relu, true);
        layer.source = u8;
        layer.destination = residual;
        LayerData data = data_of(layer);
        layer.destination = {Type::u8, 0.05f};
        for (const LayerChoice &choice : candidates(layer)) check(layer, choice, data);
    }
}

TEST_CASE("the bits of many threads")
{
    for (Layer layer : {layer_of({1, 100, 1, 2048}, 96, 1), layer_of({1, 20, 20, 64}, 64, 3),
                        across(layer_of({1, 33, 33, 64}, 48, 7)), down(layer_of({1, 17, 17, 160}, 192, 7))})
        for (const StoredAs &stored : {f32, bf16, u8}) {
            layer.source = layer.destination = stored;
            const LayerData data = data_of(layer);
            for (const LayerChoice &choice : candidates(layer)) {
                const Outcome one = run(layer, choice, data, 1);
                INFO(layer.key() << " by " << to_string(choice) << ": " << one.implementation);
                for (const int threads : {2, 5, 24}) {
                    const Outcome many = run(layer, choice, data, threads);
                    CHECK(std::memcmp(one.map.data(), many.map.data(), one.map.bytes()) == 0);
                }
            }
        }
}

TEST_CASE("what a layer can be computed by")
{
    const Layer layer = with(layer_of({1, 20, 20, 64}, 64, 3), Activation::relu6);
    CHECK(candidates(layer).front() == LayerChoice{Algorithm::direct, Type::f32});
    for (const LayerChoice &choice : candidates(layer)) CHECK(milliseconds(layer, choice) > 0);
    Layer small = layer;
    small.source = small.destination = u8;
    CHECK((candidates(small).front().type == Type::i8) == multiplies(Type::i8));
    small.may_quantise = false;
    for (const LayerChoice &choice : candidates(small)) CHECK(choice.type != Type::i8);
    for (const LayerChoice &choice : candidates(small)) CHECK(milliseconds(small, choice) > 0);
    const auto fastest = candidates(layer);
    const bool winograd =
        std::find(fastest.begin(), fastest.end(), LayerChoice{Algorithm::winograd, Type::f32}) != fastest.end();
    CHECK(winograd == (has_avx512() && DNNL_VERSION_MAJOR < 3));
}

TEST_CASE("what Winograd's algorithm along one axis is for")
{
    constexpr LayerChoice own{Algorithm::own, Type::f32};
    const auto has_it = [&](const Layer &layer) {
        const auto all = candidates(layer);
        return std::find(all.begin(), all.end(), own) != all.end();
    };
    const Layer layer = across(layer_of({1, 19, 19, 64}, 64, 7));
    CHECK(has_it(layer) == has_avx512());
    CHECK(has_it(down(layer_of({1, 19, 19, 64}, 64, 7))) == has_avx512());
    CHECK_FALSE(has_it(layer_of({1, 19, 19, 64}, 64, 7)));
    CHECK_FALSE(has_it(across(layer_of({1, 19, 19, 64}, 64, 5))));
    CHECK_FALSE(has_it(across(layer_of({1, 19, 19, 64}, 64, 7, 1, 2))));
    CHECK_FALSE(has_it(across(layer_of({2, 19, 19, 64}, 64, 7))));
    CHECK_FALSE(has_it(across(layer_of({1, 100, 100, 64}, 64, 7)))); // as large as is not worth keeping
    CHECK_FALSE(has_it(with(layer, Activation::relu, true)));
    Layer half = layer;
    half.source = bf16;
    CHECK_FALSE(has_it(half));
}
