// SPDX-License-Identifier: Apache-2.0
// TFLite: the ranges that 8-bit activations have, by the layers that compute them.
#include "weights/importers/formats.h"

#include "weights/importers/tflite_reader.h"

#include <cmath>

namespace tradewind {

using namespace tflite_reading;

namespace {

// What detectors call their input after its preprocessing: quantised files take it in 8 bits.
constexpr const char *input_name = "preprocessed";

// Of all values that a tensor of 8 bits can have: scale * (q - zero point) (TFLite 8-bit quantisation specification).
// Not known for other tensors.
ValueRange range_of(const tflite::Tensor *tensor)
{
    const auto *parameters = tensor ? tensor->quantization() : nullptr;
    if (!parameters || !parameters->scale() || parameters->scale()->size() != 1) return {};
    if (tensor->type() != uint8 && tensor->type() != int8) return {};
    const int least = tensor->type() == uint8 ? 0 : -128;
    const double scale = parameters->scale()->Get(0);
    const auto *zeros = parameters->zero_point();
    const double zero = zeros && zeros->size() == 1 ? static_cast<double>(zeros->Get(0)) : 0.0;
    const ValueRange range{static_cast<float>(scale * (least - zero)),
                           static_cast<float>(scale * (least + 255 - zero))};
    return std::isfinite(range.low) && std::isfinite(range.high) && range.known() ? range : ValueRange{};
}

void keep(const std::string &name, const ValueRange &range, Quantisation &quantisation)
{
    if (range.known()) quantisation.ranges[name] = range;
}

} // namespace

Quantisation read_tflite_ranges(std::span<const std::byte> bytes, const std::string &name)
{
    const Reader reader(bytes, name);
    Quantisation quantisation;
    if (!reader.graph->operators()) return quantisation;
    for (const tflite::Operator *node : *reader.graph->operators()) {
        const int code = reader.code(*node);
        const tflite::Tensor *weights = reader.input(*node, 1);
        if ((code != conv_2d && code != depthwise_conv_2d) || !weights) continue;
        keep(layer_of(name_of(*weights)), range_of(reader.output(*node, 0)), quantisation);
    }
    if (quantisation.empty()) return quantisation;
    const auto *inputs = reader.graph->inputs();
    if (inputs && inputs->size() == 1) keep(input_name, range_of(reader.tensor(inputs->Get(0))), quantisation);
    quantisation.made["method"] = "the file's own scales";
    return quantisation;
}

} // namespace tradewind
