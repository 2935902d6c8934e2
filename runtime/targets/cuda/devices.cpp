// SPDX-License-Identifier: Apache-2.0
// Asking CUDA and cuDNN.
#include "targets/cuda/devices.h"

#include "targets/cuda/faults.h"

namespace tradewind::cuda {
namespace {

int driver_version()
{
    int version = 0;
    return cudaDriverGetVersion(&version) == cudaSuccess ? version : 0;
}

int runtime_version()
{
    int version = 0;
    return cudaRuntimeGetVersion(&version) == cudaSuccess ? version : 0;
}

std::string versions()
{
    return "driver " + cuda_version_text(driver_version()) + ", CUDA " + cuda_version_text(runtime_version()) +
           ", cuDNN " + cudnn_version_text(cudnnGetVersion());
}

} // namespace

int device_count()
{
    int count = 0;
    const cudaError_t status = cudaGetDeviceCount(&count);
    if (status != cudaSuccess || count == 0) throw no_device(status, driver_version(), runtime_version());
    if (const std::string reason = refuses_cudnn(cudnnGetVersion()); !reason.empty())
        throw Error(ErrorCode::resource, reason);
    return count;
}

DeviceFacts facts_of(int index)
{
    const int count = device_count();
    if (index < 0 || index >= count) throw no_such_device(index, count);
    const std::string doing = "opening GPU " + std::to_string(index);
    check(cudaSetDevice(index), doing);
    cudaDeviceProp properties{};
    check(cudaGetDeviceProperties(&properties, index), doing);
    DeviceFacts facts{properties.name, properties.major * 10 + properties.minor, versions()};
    check(cudaMemGetInfo(&facts.free_memory, &facts.memory), doing);
    if (facts.capability < 80)
        throw Error(ErrorCode::resource,
                    facts.name + " has compute capability " + std::to_string(facts.capability / 10) + "." +
                        std::to_string(facts.capability % 10) + " and must have 8.0 or above; give --target cpu");
    return facts;
}

} // namespace tradewind::cuda
