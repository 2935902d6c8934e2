// SPDX-License-Identifier: Apache-2.0
// depthwise_conv2d. Weights stay float32 in every storage: they are few, sums are float32 anyway, and rounding them
// would be the larger part of the error of 16-bit maps.
#include "targets/cuda/kernels/depthwise.h"
#include "targets/cuda/map_request.h"

#include "tensor/error.h"

namespace tradewind::cuda {
namespace {

// The kernels count columns in 32 bits.
void check_extent(const StepRequest &request, const WindowAxis &axis)
{
    if (axis.extent() > 1 << 24)
        throw Error(ErrorCode::refused,
                    "windows of " + std::to_string(axis.extent()) + " pixels are larger than the GPU's kernels take",
                    request.node.name);
}

} // namespace

std::unique_ptr<Step> make_depthwise_step(const StepRequest &request)
{
    if (request.node.op->name != "depthwise_conv2d") return nullptr;
    const DeviceView &x = request.inputs[0];
    const Window window = window_of(request.attributes(), x.shape);
    check_extent(request, window.y);
    check_extent(request, window.x);
    DepthwiseArguments arguments;
    arguments.batch = batch_of(request);
    arguments.maps = x.shape[0];
    arguments.rows = convolution_axis(window.y);
    arguments.columns = convolution_axis(window.x);
    arguments.channels = x.shape[3];
    arguments.multiplier = request.attributes().integer("multiplier");
    arguments.x = maps_in(request);
    arguments.y = maps_out(request);
    arguments.activation = activation_of(request.attributes());
    std::vector<DeviceNumbers> held{parameter(request, "depthwise_weights")};
    arguments.weights = held[0].get();
    std::int64_t count = window.y.kernel * window.x.kernel * arguments.filters();
    if (request.attributes().integer("bias")) {
        held.push_back(parameter(request, "biases"));
        arguments.biases = held[1].get();
        count += arguments.filters();
    }
    return std::make_unique<NumbersStep>("cuda depthwise", count, std::move(held),
                                         [arguments](Stream stream) { depthwise(stream, arguments); });
}

} // namespace tradewind::cuda
