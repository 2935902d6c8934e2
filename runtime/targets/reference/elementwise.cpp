// SPDX-License-Identifier: Apache-2.0
// Ops on one element, or on one row of channels, at a time.
#include "targets/reference/kernels.h"

#include "ops/box_arithmetic.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tradewind::reference {
namespace {

template <class F> void map(const Operation &operation, F &&f)
{
    const float *in = operation.inputs[0].floats();
    float *out = operation.outputs[0].floats();
    const std::int64_t count = operation.inputs[0].count();
    for (std::int64_t i = 0; i < count; ++i) out[i] = f(in[i]);
}

// Calls f(input row, output row, channels) for every pixel.
template <class F> void map_rows(const Operation &operation, F &&f)
{
    const std::int64_t channels = operation.inputs[0].shape.back(), count = operation.inputs[0].count();
    for (std::int64_t i = 0; i < count; i += channels)
        f(operation.inputs[0].floats() + i, operation.outputs[0].floats() + i, channels);
}

// Denormal numbers become 0: the published models were trained and measured where they are flushed.
float relu_of(float x) { return x >= std::numeric_limits<float>::min() ? x : 0.0f; }
float relu6_of(float x) { return std::min(relu_of(x), 6.0f); }

} // namespace

void activate(const std::string &activation, float *values, std::int64_t count)
{
    if (activation == "relu") std::transform(values, values + count, values, relu_of);
    if (activation == "relu6") std::transform(values, values + count, values, relu6_of);
}

void relu(const Operation &operation) { map(operation, relu_of); }
void relu6(const Operation &operation) { map(operation, relu6_of); }
void sigmoid(const Operation &operation) { map(operation, tradewind::sigmoid); }

void softmax(const Operation &operation)
{
    map_rows(operation, [](const float *in, float *out, std::int64_t channels) {
        const double largest = *std::max_element(in, in + channels);
        double sum = 0;
        for (std::int64_t c = 0; c < channels; ++c) sum += std::exp(in[c] - largest);
        for (std::int64_t c = 0; c < channels; ++c) out[c] = static_cast<float>(std::exp(in[c] - largest) / sum);
    });
}

void normalize(const Operation &operation)
{
    const auto &scale = operation.attributes.reals("scale"), &mean = operation.attributes.reals("mean");
    const bool reversed = operation.attributes.text("channel_order") == "bgr";
    map_rows(operation, [&](const float *in, float *out, std::int64_t channels) {
        for (std::int64_t c = 0; c < channels; ++c) {
            const float value = in[reversed ? channels - 1 - c : c];
            out[c] = value * static_cast<float>(scale[static_cast<std::size_t>(c)]) -
                     static_cast<float>(mean[static_cast<std::size_t>(c)]);
        }
    });
}

void batch_norm(const Operation &operation)
{
    const auto weights = [&](const char *leaf) { return operation.parameters.at(leaf).floats(); };
    const float *beta = weights("beta"), *mean = weights("moving_mean"), *variance = weights("moving_variance");
    const float *gamma = operation.attributes.integer("gamma") ? weights("gamma") : nullptr;
    const float epsilon = static_cast<float>(operation.attributes.real("epsilon"));
    map_rows(operation, [&](const float *in, float *out, std::int64_t channels) {
        for (std::int64_t c = 0; c < channels; ++c) {
            const float scale = (gamma ? gamma[c] : 1.0f) * (1.0f / std::sqrt(variance[c] + epsilon));
            out[c] = in[c] * scale + (beta[c] - mean[c] * scale);
        }
    });
}

void l2_normalization(const Operation &operation)
{
    const float *scale = operation.parameters.at("scale").floats();
    const double epsilon = operation.attributes.real("epsilon");
    map_rows(operation, [&](const float *in, float *out, std::int64_t channels) {
        double squares = 0;
        for (std::int64_t c = 0; c < channels; ++c) squares += static_cast<double>(in[c]) * in[c];
        const double length = epsilon + std::sqrt(squares);
        for (std::int64_t c = 0; c < channels; ++c) out[c] = static_cast<float>(scale[c] * (in[c] / length));
    });
}

void add(const Operation &operation)
{
    const float *a = operation.inputs[0].floats(), *b = operation.inputs[1].floats();
    const float scale = static_cast<float>(operation.attributes.real("scale"));
    float *out = operation.outputs[0].floats();
    const std::int64_t count = operation.outputs[0].count();
    for (std::int64_t i = 0; i < count; ++i) out[i] = a[i] + scale * b[i];
    activate(operation.attributes.text("activation"), out, count);
}

} // namespace tradewind::reference
