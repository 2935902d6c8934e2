// SPDX-License-Identifier: Apache-2.0
// Plans: built, and given to a stream.
#include "targets/cuda/cudnn_plan.h"

#include "targets/cuda/faults.h"

namespace tradewind::cuda {

std::shared_ptr<const ConvolutionPlan> build_plan(const Candidate &candidate, const PlanDevice &device)
{
    Descriptor plan(CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
    if (device.handle) plan.set(CUDNN_ATTR_EXECUTION_PLAN_HANDLE, device.handle);
    if (device.properties) plan.set(CUDNN_ATTR_EXECUTION_PLAN_DEVICEPROP, device.properties);
    plan.set(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, candidate.configuration);
    if (!plan.try_finalize()) return nullptr;
    const auto workspace = static_cast<std::size_t>(plan.integer(CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE));
    return std::make_shared<ConvolutionPlan>(ConvolutionPlan{plan, workspace, candidate.engine, candidate.transforms});
}

void execute(const ConvolutionPlan &plan, const ConvolutionShape &shape, cudnnHandle_t handle, Stream stream,
             const ConvolutionArguments &arguments)
{
    std::vector<std::int64_t> names;
    std::vector<void *> addresses;
    const auto bind = [&](TensorName name, const void *memory) {
        names.push_back(static_cast<std::int64_t>(name));
        addresses.push_back(const_cast<void *>(memory));
    };
    bind(TensorName::x, arguments.x);
    bind(TensorName::weights, arguments.weights);
    if (shape.bias) bind(TensorName::bias, arguments.bias);
    if (shape.residual) bind(TensorName::residual, arguments.residual);
    bind(TensorName::y, arguments.y);
    Descriptor memory(CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR);
    memory.set(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, names);
    memory.set(CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, addresses);
    memory.set(CUDNN_ATTR_VARIANT_PACK_WORKSPACE, arguments.workspace);
    memory.finalize("giving memory to a convolution");
    check(cudnnSetStream(handle, static_cast<cudaStream_t>(stream.handle)), "starting a convolution");
    check(cudnnBackendExecute(handle, plan.plan.get(), memory.get()), "starting a convolution");
}

} // namespace tradewind::cuda
