// SPDX-License-Identifier: Apache-2.0
// What kernels/launch.h leaves to the host's compiler.
#include "targets/cuda/faults.h"

namespace tradewind::cuda {

void check_launch(const char *kernel);
void allow_shared_memory(const void *kernel, std::size_t bytes, const char *name);

void check_launch(const char *kernel)
{
    const cudaError_t status = cudaGetLastError();
    if (status != cudaSuccess) throw error_of(status, std::string("starting kernel ") + kernel);
}

void allow_shared_memory(const void *kernel, std::size_t bytes, const char *name)
{
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(bytes)),
          std::string("reserving shared memory for kernel ") + name);
}

} // namespace tradewind::cuda
