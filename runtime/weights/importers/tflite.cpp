// SPDX-License-Identifier: Apache-2.0
// TFLite: the weights and biases of convolutions, found through the operators that use them, dequantised.
#include "weights/importers/formats.h"

#include "tensor/error.h"
#include "weights/as_float32.h"
#include "weights/importers/tflite_reader.h"

#include <algorithm>
#include <cstring>

namespace tradewind {

using namespace tflite_reading;

namespace {

// Scale and zero point of each slice along the quantised axis; one of each for a whole tensor.
struct Scales {
    std::vector<float> scale;
    std::vector<std::int64_t> zero;
    std::size_t axis = 0;

    std::size_t slice(const Shape &shape, std::int64_t index) const
    {
        if (scale.size() <= 1) return 0;
        std::int64_t inner = 1;
        for (std::size_t i = axis + 1; i < shape.size(); ++i) inner *= shape[i];
        return static_cast<std::size_t>(index / inner % shape[axis]);
    }
};

Scales scales_of(const Reader &reader, const tflite::Tensor &tensor, const Shape &shape)
{
    Scales q;
    const auto *parameters = tensor.quantization();
    if (!parameters || !parameters->scale() || parameters->scale()->size() == 0)
        reader.refuse("is quantised, but has no scale", name_of(tensor));
    q.scale.assign(parameters->scale()->begin(), parameters->scale()->end());
    if (parameters->zero_point()) q.zero.assign(parameters->zero_point()->begin(), parameters->zero_point()->end());
    q.zero.resize(q.scale.size(), q.zero.size() == 1 ? q.zero[0] : 0);
    q.axis = static_cast<std::size_t>(std::max(parameters->quantized_dimension(), 0));
    if (q.scale.size() > 1 && (q.axis >= shape.size() || shape[q.axis] != static_cast<std::int64_t>(q.scale.size())))
        reader.refuse("has scales that fit no axis", name_of(tensor));
    return q;
}

template <class T>
Tensor dequantised(const Reader &reader, const tflite::Tensor &tensor, const Shape &shape, const std::uint8_t *bytes)
{
    const Scales q = scales_of(reader, tensor, shape);
    Tensor result(shape);
    for (std::int64_t i = 0; i < result.count(); ++i) {
        T value;
        std::memcpy(&value, bytes + static_cast<std::size_t>(i) * sizeof(T), sizeof(T));
        const auto slice = q.slice(shape, i);
        result.floats()[i] =
            static_cast<float>(static_cast<double>(static_cast<std::int64_t>(value) - q.zero[slice]) * q.scale[slice]);
    }
    return result;
}

std::size_t element_bytes(int type)
{
    switch (type) {
    case float32:
    case int32:
        return 4;
    case float16:
        return 2;
    case uint8:
    case int8:
        return 1;
    }
    return 0;
}

std::size_t count_of(const Reader &reader, const tflite::Tensor &tensor, const Shape &shape)
try {
    return static_cast<std::size_t>(element_count(shape));
} catch (const Error &error) {
    reader.refuse(error.message(), name_of(tensor));
}

Tensor to_tensor(const Reader &reader, const tflite::Tensor &tensor)
{
    const Shape shape = shape_of(tensor);
    const auto *buffers = reader.model->buffers();
    if (!buffers || tensor.buffer() >= buffers->size() || !buffers->Get(tensor.buffer())->data())
        reader.refuse("has no data", name_of(tensor));
    const auto *data = buffers->Get(tensor.buffer())->data();
    const std::size_t element = element_bytes(tensor.type());
    if (element == 0)
        reader.refuse("has element type " + std::to_string(tensor.type()) + ", which is not read", name_of(tensor));
    if (count_of(reader, tensor, shape) * element != data->size())
        reader.refuse("has " + std::to_string(data->size()) + " bytes for a shape of " + to_string(shape),
                      name_of(tensor));
    switch (tensor.type()) {
    case float16:
        return converted_to_f32("F16", shape, reinterpret_cast<const std::byte *>(data->data()));
    case uint8:
        return dequantised<std::uint8_t>(reader, tensor, shape, data->data());
    case int8:
        return dequantised<std::int8_t>(reader, tensor, shape, data->data());
    case int32:
        return dequantised<std::int32_t>(reader, tensor, shape, data->data());
    }
    Tensor result(shape);
    std::memcpy(result.data(), data->data(), data->size());
    return result;
}

// O x H x W x I becomes H x W x I x O.
Tensor output_channel_last(const Tensor &from)
{
    const Shape &s = from.shape();
    Tensor to({s[1], s[2], s[3], s[0]});
    const std::int64_t inner = s[1] * s[2] * s[3];
    for (std::int64_t o = 0; o < s[0]; ++o)
        for (std::int64_t i = 0; i < inner; ++i) to.floats()[i * s[0] + o] = from.floats()[o * inner + i];
    return to;
}

// 1 x H x W x (channels * multiplier) becomes H x W x channels x multiplier; the order in memory is the same.
Tensor channels_apart(const Reader &reader, const tflite::Operator &node, const Tensor &kernel)
{
    const Shape &s = kernel.shape();
    const tflite::Tensor *input = reader.input(node, 0);
    const Shape from = input ? shape_of(*input) : Shape{};
    const std::int64_t channels = from.empty() ? s[3] : from.back();
    if (s[0] != 1 || channels < 1 || s[3] % channels)
        reader.refuse("a depthwise convolution's weights are " + to_string(s) + " for " + std::to_string(channels) +
                      " channels");
    return kernel.reshaped({s[1], s[2], channels, s[3] / channels});
}

void read_layer(const Reader &reader, const tflite::Operator &node, bool depthwise,
                std::map<std::string, Tensor> &tensors)
{
    const tflite::Tensor *weights = reader.input(node, 1), *biases = reader.input(node, 2);
    if (!weights) reader.refuse("a convolution has no weights");
    const std::string layer = layer_of(name_of(*weights));
    const Tensor kernel = to_tensor(reader, *weights);
    if (kernel.shape().size() != 4)
        reader.refuse("a convolution's weights are " + to_string(kernel.shape()), name_of(*weights));
    const auto keep = [&](const char *leaf, Tensor tensor) {
        if (!tensors.emplace(layer + leaf, std::move(tensor)).second)
            reader.refuse("two layers have the name " + layer, name_of(*weights));
    };
    if (depthwise)
        keep("/depthwise_weights", channels_apart(reader, node, kernel));
    else if (name_of(*weights).find("/pointwise_weights") != std::string::npos)
        keep("/pointwise_weights", output_channel_last(kernel));
    else
        keep("/weights", output_channel_last(kernel));
    if (biases) keep("/biases", to_tensor(reader, *biases));
}

} // namespace

std::map<std::string, Tensor> read_tflite(std::span<const std::byte> bytes, const std::string &name)
{
    const Reader reader(bytes, name);
    std::map<std::string, Tensor> tensors;
    if (!reader.graph->operators()) return tensors;
    for (const tflite::Operator *node : *reader.graph->operators()) {
        const int code = reader.code(*node);
        if (code == conv_2d || code == depthwise_conv_2d) read_layer(reader, *node, code == depthwise_conv_2d, tensors);
    }
    return tensors;
}

} // namespace tradewind
