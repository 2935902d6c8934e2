// SPDX-License-Identifier: Apache-2.0
// Layers as descriptions of oneDNN's convolutions.
#include "targets/onednn/layer_primitive.h"

#include "targets/onednn/primitive_kernel.h"

namespace tradewind::onednn {
namespace {

using Type = dnnl::memory::data_type;
using Tag = dnnl::memory::format_tag;

bool is_small(ElementType type) { return type == ElementType::u8 || type == ElementType::i8; }

constexpr std::int64_t channels_of_block = 16;

Tag layout_of(const LayerChoice &choice, std::int64_t channels)
{
    if (choice.algorithm == Algorithm::direct) return Tag::nhwc;
    if (choice.algorithm == Algorithm::winograd) return Tag::nChw16c;
    if (channels % channels_of_block != 0) return Tag::any;
    return has_avx512() ? Tag::nChw16c : Tag::nChw8c;
}

Description map_of(const Shape &shape, ElementType type, const LayerChoice &choice)
{
    return {{shape[0], shape[3], shape[1], shape[2]}, type_of(type), layout_of(choice, shape[3])};
}

// A residual is added where it lies, or to be copied there, when its numbers are of the same kind.
bool adds_as_stored(const StoredAs &residual, const StoredAs &destination)
{
    return is_small(destination.type) ? is_small(residual.type) : residual == destination;
}

// Rounding to u8 limits to 0, and often to 6.
void limit(Finish &finish, const StoredAs &destination)
{
    constexpr float six = 6.0f, largest_u8 = 255.0f, largest_i8 = 127.0f;
    finish.limit = six / destination.scale;
    if (!is_small(destination.type)) return;
    const bool positive = destination.type == ElementType::u8;
    if (finish.activation == Activation::relu6 && finish.limit >= (positive ? largest_u8 : largest_i8))
        finish.activation = Activation::relu;
    if (finish.activation == Activation::relu && positive) finish.activation = Activation::none;
}

Finish finish_of(const Layer &layer, const LayerChoice &choice, const LayerWish &wish, LayerPrimitive &primitive)
{
    Finish finish;
    finish.activation = layer.activation;
    if (primitive.clamps) finish.activation = Activation::relu;
    limit(finish, primitive.destination);
    finish.accumulates = layer.adds;
    if (layer.adds && primitive.adds_as_stored && is_small(primitive.destination.type)) {
        finish.addend_scale = wish.residual.scale / primitive.destination.scale;
        finish.addend_type = type_of(wish.residual.type);
    }
    if (choice.type == ElementType::i8) {
        finish.scales = wish.sum_scales;
        finish.scales.resize(static_cast<std::size_t>(layer.output[3]), 1.0f);
        for (float &scale : finish.scales) scale /= primitive.destination.scale;
    }
    return finish;
}

ConvolutionShape shape_of(const Layer &layer, const LayerChoice &choice, const LayerWish &wish,
                          const LayerPrimitive &primitive)
{
    const Window &window = layer.window;
    ConvolutionShape shape;
    shape.source = map_of(layer.input, primitive.source.type, choice);
    shape.destination = map_of(layer.output, primitive.destination.type, choice);
    const std::int64_t from = layer.input[3], to = layer.output[3];
    Dims dims = layer.depthwise ? Dims{to, 1, 1} : Dims{to, from};
    dims.insert(dims.end(), {window.y.kernel, window.x.kernel});
    shape.weights = wish.weights.value_or(Description(dims, type_of(choice.type), Tag::any));
    if (layer.biased) shape.bias = Description({to}, Type::f32, Tag::x);
    shape.strides = {window.y.stride, window.x.stride};
    shape.dilations = {window.y.dilation, window.x.dilation};
    shape.before = {window.y.before, window.x.before};
    shape.after = {window.y.after, window.x.after};
    shape.winograd = choice.algorithm == Algorithm::winograd;
    return shape;
}

// Whether one thread is done before another would have been woken and waited for, some 1.5 microseconds: measured where
// a core multiplies 100 floats in a nanosecond, twice as many halves and four times as many bytes at the least.
bool is_little(const Layer &layer, ElementType type)
{
    constexpr std::int64_t floats = 200'000, halves = 2 * floats, bytes = 4 * floats, depthwise = floats / 4;
    const std::int64_t most = layer.depthwise             ? depthwise
                              : type == ElementType::i8   ? bytes
                              : type == ElementType::bf16 ? halves
                                                          : floats;
    const std::int64_t depth = layer.depthwise ? 1 : layer.input[3];
    return element_count(layer.output) * layer.window.y.kernel * layer.window.x.kernel * depth < most;
}

// Sums of this kernel are cut into parts by a rule that asks whether there are more threads than eight for each map.
bool asks_for_threads(const dnnl::convolution_forward::primitive_desc &description)
{
    return std::string(description.impl_info_str()).find("jit_1x1:avx512") != std::string::npos;
}

int most_threads(const Layer &layer, const LayerPrimitive &primitive, ElementType type)
{
    constexpr int eight = 8;
    if (is_little(layer, type)) return 1;
    return asks_for_threads(primitive.description) ? eight : 0;
}

std::optional<LayerPrimitive> attempt(const Layer &layer, const LayerChoice &choice, const LayerWish &wish,
                                      const StoredAs &destination, const dnnl::engine &engine)
{
    LayerPrimitive primitive;
    primitive.source = choice.type == ElementType::i8 ? layer.source : StoredAs{choice.type};
    primitive.destination = destination;
    primitive.adds_as_stored = layer.adds && adds_as_stored(wish.residual, destination);
    primitive.clamps = choice.algorithm == Algorithm::winograd && layer.activation == Activation::relu6;
    dnnl::primitive_attr attributes = post_operations(finish_of(layer, choice, wish, primitive));
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    auto description = describe(shape_of(layer, choice, wish, primitive), attributes, engine);
    if (!description) return std::nullopt;
    primitive.description = *description;
    primitive.most_threads = most_threads(layer, primitive, choice.type);
    return primitive;
}

} // namespace

std::optional<LayerPrimitive> describe(const Layer &layer, const LayerChoice &choice, const LayerWish &wish,
                                       const dnnl::engine &engine)
{
    const StoredAs floats, stored{layer.destination.type, layer.destination.scale};
    const bool fits = layer.destination.type == ElementType::f32 || choice.type == ElementType::i8 ||
                      choice.type == layer.destination.type;
    if (fits && (!layer.adds || adds_as_stored(wish.residual, layer.destination)))
        if (auto primitive = attempt(layer, choice, wish, stored, engine)) return primitive;
    return attempt(layer, choice, wish, floats, engine);
}

} // namespace tradewind::onednn
