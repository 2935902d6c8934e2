// SPDX-License-Identifier: Apache-2.0
// Requests as kernels want them.
#include "targets/cuda/map_request.h"

#include "tensor/error.h"

#include <limits>

namespace tradewind::cuda {
namespace {

void check_size(const StepRequest &request, const DeviceView &view)
{
    if (view.count() > std::numeric_limits<std::int32_t>::max())
        throw Error(ErrorCode::resource,
                    "a value of " + tradewind::to_string(view.shape) +
                        " is more than the GPU's kernels can count; take smaller pictures",
                    request.node.name);
}

std::int64_t stride_of(const StepRequest &request, const DeviceView &view)
{
    return request.context.batch == 1 ? 0 : view.stride;
}

} // namespace

MapsIn maps_in(const StepRequest &request, std::size_t index)
{
    return {request.inputs[index].data, stride_of(request, request.inputs[index])};
}

MapsOut maps_out(const StepRequest &request)
{
    return {request.outputs[0].data, stride_of(request, request.outputs[0])};
}

MapBatch batch_of(const StepRequest &request)
{
    for (const DeviceView &view : request.inputs) check_size(request, view);
    for (const DeviceView &view : request.outputs) check_size(request, view);
    return {request.outputs[0].storage, request.context.batch, {request.live, request.live_stride}};
}

std::int64_t rows_of(const DeviceView &view) { return view.shape.empty() ? 1 : view.shape.front(); }

DeviceNumbers numbers(const StepRequest &request, const std::string &what, std::int64_t count,
                      const std::function<std::vector<float>()> &values)
{
    const std::size_t bytes = static_cast<std::size_t>(count) * sizeof(float);
    const auto memory = request.context.weights->get(request.node.name + "/" + what + " f32", bytes, [&] {
        const std::vector<float> floats = values();
        const auto *first = reinterpret_cast<const std::byte *>(floats.data());
        return std::vector<std::byte>(first, first + floats.size() * sizeof(float));
    });
    return std::static_pointer_cast<const float>(std::shared_ptr<const void>(memory));
}

DeviceNumbers parameter(const StepRequest &request, const std::string &leaf)
{
    const Parameter index = request.graph.parameter(request.node, leaf);
    return numbers(request, leaf, element_count(request.graph.parameters.at(index).shape), [&] {
        const Tensor tensor = request.take(leaf);
        return std::vector<float>(tensor.floats(), tensor.floats() + tensor.count());
    });
}

} // namespace tradewind::cuda
