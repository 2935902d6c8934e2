// SPDX-License-Identifier: Apache-2.0
// Steps of ops on one element at a time: relu, relu6, sigmoid, add, batch_norm, normalize.
#include "targets/cuda/kernels/elementwise.h"

#include "targets/cuda/kernels/normalize.h"
#include "targets/cuda/map_step_makers.h"
#include "tensor/error.h"

#include <cmath>

namespace tradewind::cuda {
namespace {

ElementwiseShape shape_of(const DeviceView &view)
{
    const std::int64_t rows = rows_of(view);
    return {rows, view.count() / std::max<std::int64_t>(rows, 1), view.shape.empty() ? 1 : view.shape.back()};
}

// Factors of all channels, then offsets; both computed as the plain kernel does.
std::vector<float> factors_and_offsets(const StepRequest &request, std::size_t channels, std::size_t offsets)
{
    const Tensor beta = request.take("beta"), mean = request.take("moving_mean"),
                 variance = request.take("moving_variance");
    const Tensor gamma = request.attributes().integer("gamma") ? request.take("gamma") : Tensor();
    const float epsilon = static_cast<float>(request.attributes().real("epsilon"));
    std::vector<float> values(offsets + channels);
    for (std::size_t c = 0; c < channels; ++c) {
        values[c] = (gamma.empty() ? 1.0f : gamma.floats()[c]) * (1.0f / std::sqrt(variance.floats()[c] + epsilon));
        values[offsets + c] = beta.floats()[c] - mean.floats()[c] * values[c];
    }
    return values;
}

} // namespace

std::unique_ptr<Step> make_activation_step(const StepRequest &request)
{
    const Activation activation = request.node.op->name == "relu" ? Activation::relu : Activation::relu6;
    return std::make_unique<LaunchStep>(
        "cuda elementwise",
        [activation, batch = batch_of(request), shape = shape_of(request.outputs[0]), x = maps_in(request),
         y = maps_out(request)](Stream stream) { activate(stream, batch, shape, x, y, activation); });
}

std::unique_ptr<Step> make_sigmoid_step(const StepRequest &request)
{
    return std::make_unique<LaunchStep>(
        "cuda elementwise", [batch = batch_of(request), shape = shape_of(request.outputs[0]), x = maps_in(request),
                             y = maps_out(request)](Stream stream) { sigmoid(stream, batch, shape, x, y); });
}

std::unique_ptr<Step> make_add_step(const StepRequest &request)
{
    return std::make_unique<LaunchStep>("cuda elementwise",
                                        [batch = batch_of(request), shape = shape_of(request.outputs[0]),
                                         a = maps_in(request), b = maps_in(request, 1), y = maps_out(request),
                                         scale = static_cast<float>(request.attributes().real("scale")),
                                         activation = activation_of(request.attributes())](Stream stream) {
                                            add(stream, batch, shape, a, b, y, scale, activation);
                                        });
}

std::unique_ptr<Step> make_batch_norm_step(const StepRequest &request)
{
    const ElementwiseShape shape = shape_of(request.outputs[0]);
    const auto channels = static_cast<std::size_t>(shape.channels);
    const std::size_t offsets = (channels + 3) / 4 * 4; // where they begin: aligned to 16 bytes
    const auto count = static_cast<std::int64_t>(offsets + channels);
    const DeviceNumbers values =
        numbers(request, "factors and offsets", count, [&] { return factors_and_offsets(request, channels, offsets); });
    return std::make_unique<NumbersStep>(
        "cuda elementwise", count, std::vector{values},
        [batch = batch_of(request), shape, x = maps_in(request), y = maps_out(request), factors = values.get(),
         offsets](Stream stream) { multiply_add(stream, batch, shape, x, y, factors, factors + offsets); });
}

std::unique_ptr<Step> make_normalize_step(const StepRequest &request)
{
    const Shape &shape = request.outputs[0].shape;
    NormalizeArguments arguments;
    arguments.batch = batch_of(request);
    arguments.channels = shape[3];
    if (arguments.channels > static_cast<std::int64_t>(most_normalized_channels))
        throw Error(ErrorCode::refused,
                    "the GPU normalizes maps of at most " + std::to_string(most_normalized_channels) +
                        " channels, not of " + std::to_string(arguments.channels),
                    request.node.name);
    arguments.pixels = shape[0] * shape[1] * shape[2];
    for (std::size_t c = 0; c < static_cast<std::size_t>(arguments.channels); ++c) {
        arguments.scale[c] = static_cast<float>(request.attributes().reals("scale")[c]);
        arguments.mean[c] = static_cast<float>(request.attributes().reals("mean")[c]);
    }
    arguments.reversed = request.attributes().text("channel_order") == "bgr";
    arguments.x = maps_in(request);
    arguments.y = maps_out(request);
    return std::make_unique<LaunchStep>("cuda normalize", [arguments](Stream stream) { normalize(stream, arguments); });
}

} // namespace tradewind::cuda
