// SPDX-License-Identifier: Apache-2.0
// What CUDA and cuDNN report, in words for a user: one sentence each, with what to do.
#pragma once

#include "tensor/error.h"

#include <cuda_runtime_api.h>
#include <cudnn.h>

#include <string>

namespace tradewind::cuda {

// `doing`: "copying the picture to the GPU". Error(resource) where memory or a device is wanting, Error(failed) for
// a device that was lost and for all else.
Error error_of(cudaError_t status, const std::string &doing);
Error error_of(cudnnStatus_t status, const std::string &doing, const std::string &detail = {});

// Throw error_of where the status is not success.
void check(cudaError_t status, const char *doing);
void check(cudnnStatus_t status, const char *doing);

// After these every call on the device fails, until the process ends.
bool is_lost(cudaError_t status);

// Why there is no device, from what cudaGetDeviceCount, cudaDriverGetVersion and cudaRuntimeGetVersion give: no driver,
// one that is too old, none visible. `count` is used where the status is success.
Error no_device(cudaError_t status, int driver_version, int runtime_version);

// Error(usage) for a number beyond the devices that there are.
Error no_such_device(int index, int count);

// Empty when cuDNN of this version can be used with the headers that this was built with; else why not.
std::string refuses_cudnn(std::size_t version);

} // namespace tradewind::cuda
