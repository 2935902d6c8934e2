// SPDX-License-Identifier: Apache-2.0
// Steps of ops that move elements: concat, reshape where it is not elided, pad.
#include "targets/cuda/kernels/movement.h"

#include "targets/cuda/map_step_makers.h"

namespace tradewind::cuda {
namespace {

std::unique_ptr<Step> step_of(ConcatArguments arguments)
{
    return std::make_unique<LaunchStep>(
        "cuda copy", [arguments = std::move(arguments)](Stream stream) { concat(stream, arguments); });
}

} // namespace

std::unique_ptr<Step> make_concat_step(const StepRequest &request)
{
    const Shape &shape = request.outputs[0].shape;
    std::int64_t axis = request.attributes().integer("axis");
    axis += axis < 0 ? static_cast<std::int64_t>(shape.size()) : 0;
    ConcatArguments arguments;
    arguments.batch = batch_of(request);
    arguments.rows = element_count(Shape(shape.begin(), shape.begin() + axis));
    for (std::size_t i = 0; i < request.inputs.size(); ++i)
        arguments.parts.push_back(
            {maps_in(request, i), request.inputs[i].count() / std::max<std::int64_t>(arguments.rows, 1)});
    arguments.y = maps_out(request);
    return step_of(std::move(arguments));
}

std::unique_ptr<Step> make_reshape_step(const StepRequest &request)
{
    ConcatArguments arguments;
    arguments.batch = batch_of(request);
    arguments.parts = {{maps_in(request), request.inputs[0].count()}};
    arguments.y = maps_out(request);
    return step_of(std::move(arguments));
}

std::unique_ptr<Step> make_pad_step(const StepRequest &request)
{
    const DeviceView &x = request.inputs[0];
    const auto &pads = request.attributes().integers("pads");
    const std::int64_t channels = x.shape[3];
    PadArguments arguments;
    arguments.batch = batch_of(request);
    arguments.maps = x.shape[0];
    arguments.height = x.shape[1];
    arguments.length = x.shape[2] * channels;
    arguments.top = pads[0];
    arguments.bottom = pads[1];
    arguments.left = pads[2] * channels;
    arguments.right = pads[3] * channels;
    arguments.x = maps_in(request);
    arguments.y = maps_out(request);
    return std::make_unique<LaunchStep>("cuda pad", [arguments](Stream stream) { pad(stream, arguments); });
}

} // namespace tradewind::cuda
