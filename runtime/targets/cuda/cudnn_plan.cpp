// SPDX-License-Identifier: Apache-2.0
// Plans: built, and given to a stream.
#include "targets/cuda/cudnn_plan.h"

#include "targets/cuda/faults.h"
#include "targets/cuda/kernels/elementwise.h"

#include <algorithm>

namespace tradewind::cuda {
namespace {

void activate_result(const Form &form, Stream stream, void *y)
{
    const ConvolutionShape &asked = form.asked;
    const ElementwiseShape all{asked.count * asked.y.output * asked.x.output, asked.filters, asked.filters};
    activate(stream, {asked.storage}, all, {y}, {y}, form.after);
}

Descriptor plan_for(const PlanDevice &device)
{
    Descriptor plan(CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
    if (device.handle) plan.set(CUDNN_ATTR_EXECUTION_PLAN_HANDLE, device.handle);
    if (device.properties) plan.set(CUDNN_ATTR_EXECUTION_PLAN_DEVICEPROP, device.properties);
    return plan;
}

std::shared_ptr<const ConvolutionPlan> finished(Descriptor &plan, const Candidate &candidate)
{
    if (!plan.try_finalize()) return nullptr;
    const auto workspace = static_cast<std::size_t>(plan.integer(CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE));
    return std::make_shared<ConvolutionPlan>(
        ConvolutionPlan{candidate.form, plan, workspace, candidate.engine, candidate.transforms, candidate.compiled});
}

// Changing the stream may wait for the one before, which must not happen while work is recorded.
void use_stream(cudnnHandle_t handle, cudaStream_t stream)
{
    cudaStream_t current = nullptr;
    check(cudnnGetStream(handle, &current), "starting a convolution");
    if (current != stream) check(cudnnSetStream(handle, stream), "starting a convolution");
}

} // namespace

std::size_t plain_workspace(const ConvolutionShape &shape)
{
    const std::int64_t x = shape.y.input * shape.x.input * shape.channels;
    const std::int64_t y = shape.y.output * shape.x.output * shape.filters;
    const auto maps = static_cast<std::size_t>(shape.count * (x + y)) * byte_size(shape.storage);
    return std::max(std::size_t{256} << 20, maps / 4);
}

std::shared_ptr<const ConvolutionPlan> build_plan(const Candidate &candidate, const PlanDevice &device)
{
    Descriptor plan = plan_for(device);
    plan.set(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, candidate.configuration);
    return finished(plan, candidate);
}

std::string text_of(const ConvolutionPlan &plan)
{
    return plan.plan.text(CUDNN_ATTR_EXECUTION_PLAN_JSON_REPRESENTATION);
}

std::shared_ptr<const ConvolutionPlan> restore_plan(const Candidate &candidate, const PlanDevice &device,
                                                    const std::string &text)
try {
    Descriptor plan = plan_for(device);
    plan.set(CUDNN_ATTR_EXECUTION_PLAN_JSON_REPRESENTATION, text);
    return finished(plan, candidate);
} catch (const Error &) {
    return nullptr;
}

void execute(const ConvolutionPlan &plan, cudnnHandle_t handle, Stream stream, const ConvolutionArguments &arguments)
{
    std::vector<std::int64_t> names;
    std::vector<void *> addresses;
    const auto bind = [&](TensorName name, const void *memory) {
        names.push_back(static_cast<std::int64_t>(name));
        addresses.push_back(const_cast<void *>(memory));
    };
    bind(TensorName::x, arguments.x);
    bind(TensorName::weights, arguments.weights);
    if (plan.form.asked.bias) bind(TensorName::bias, arguments.bias);
    if (plan.form.asked.residual) bind(TensorName::residual, arguments.residual);
    bind(TensorName::y, arguments.y);
    Descriptor memory(CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR);
    memory.set(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, names);
    memory.set(CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, addresses);
    memory.set(CUDNN_ATTR_VARIANT_PACK_WORKSPACE, arguments.workspace);
    memory.finalize("giving memory to a convolution");
    use_stream(handle, static_cast<cudaStream_t>(stream.handle));
    check(cudnnBackendExecute(handle, plan.plan.get(), memory.get()), "starting a convolution");
    if (plan.form.after != Activation::none) activate_result(plan.form, stream, arguments.y);
}

} // namespace tradewind::cuda
