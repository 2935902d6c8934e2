// SPDX-License-Identifier: Apache-2.0
// Steps of ops on windows and on whole rows: max_pool, avg_pool, softmax, l2_normalization, spatial_mean.
#include "targets/cuda/kernels/rows.h"

#include "targets/cuda/kernels/pools.h"
#include "targets/cuda/kernels/spatial_mean.h"
#include "targets/cuda/map_step_makers.h"

namespace tradewind::cuda {
namespace {

RowArguments row_arguments(const StepRequest &request)
{
    const DeviceView &x = request.inputs[0];
    RowArguments arguments;
    arguments.batch = batch_of(request);
    arguments.channels = x.shape.empty() ? 1 : x.shape.back();
    arguments.rows = x.count() / std::max<std::int64_t>(arguments.channels, 1);
    arguments.group = std::max<std::int64_t>(arguments.rows / std::max<std::int64_t>(rows_of(x), 1), 1);
    arguments.x = maps_in(request);
    arguments.y = maps_out(request);
    return arguments;
}

} // namespace

std::unique_ptr<Step> make_pool_step(const StepRequest &request)
{
    const DeviceView &x = request.inputs[0];
    const Window window = window_of(request.attributes(), x.shape);
    const MapPoolArguments arguments{batch_of(request),          x.shape[0], convolution_axis(window.y),
                                     convolution_axis(window.x), x.shape[3], maps_in(request),
                                     maps_out(request)};
    const auto pool = request.node.op->name == "max_pool" ? max_pool : avg_pool;
    return std::make_unique<LaunchStep>("cuda pool", [arguments, pool](Stream stream) { pool(stream, arguments); });
}

std::unique_ptr<Step> make_softmax_step(const StepRequest &request)
{
    return std::make_unique<LaunchStep>(
        "cuda softmax", [arguments = row_arguments(request)](Stream stream) { softmax(stream, arguments); });
}

std::unique_ptr<Step> make_l2_normalization_step(const StepRequest &request)
{
    const RowArguments arguments = row_arguments(request);
    const DeviceNumbers scale = parameter(request, "scale");
    const float epsilon = static_cast<float>(request.attributes().real("epsilon"));
    return std::make_unique<NumbersStep>("cuda l2 normalization", arguments.channels, std::vector{scale},
                                         [arguments, scale = scale.get(), epsilon](Stream stream) {
                                             l2_normalization(stream, arguments, scale, epsilon);
                                         });
}

std::unique_ptr<Step> make_spatial_mean_step(const StepRequest &request)
{
    const DeviceView &x = request.inputs[0];
    const MeanArguments arguments{batch_of(request), x.shape[0],       x.shape[1] * x.shape[2],
                                  x.shape[3],        maps_in(request), maps_out(request)};
    return std::make_unique<LaunchStep>("cuda mean", [arguments](Stream stream) { spatial_mean(stream, arguments); });
}

} // namespace tradewind::cuda
