// SPDX-License-Identifier: Apache-2.0
// What CUDA and cuDNN report, in words for a user: one sentence each, with what to do where something can be done.
#pragma once

#include "tensor/error.h"

#include <cuda_runtime_api.h>
#include <cudnn.h>

#include <string>

namespace tradewind::cuda {

// Error(resource) where memory or a usable device is wanting, Error(failed) where a device was lost and for all else.
// `doing`: "copying the picture to the GPU"; `detail`: what the library says besides.
Error error_of(cudaError_t status, const std::string &doing);
Error error_of(cudnnStatus_t status, const std::string &doing, const std::string &detail = {});

// Throw error_of what is no success; where cuDNN fails because the device was lost, that is what is told.
void check(cudaError_t status, const std::string &doing);
void check(cudnnStatus_t status, const std::string &doing);

// Whether every call on the device fails from now on, until the process ends.
bool is_lost(cudaError_t status);

// CUDA keeps the last failure of a thread until it is asked for, past calls that succeed. One that was told, or that
// something else could be done about, must not be taken for that of the next kernel. A loss stays.
void forget(cudaError_t status);

// Whether the current device still answers: success, or a status that is_lost() knows. Also while a stream is recorded.
cudaError_t device_state();

// Why there is no device, from what cudaGetDeviceCount gives and the versions of driver (0: none) and runtime as CUDA
// counts them (13000): no driver, one that is too old, none visible.
Error no_device(cudaError_t status, int driver_version, int runtime_version);

// Error(usage) for a number beyond the devices that there are.
Error no_such_device(int index, int count);

// Empty when cuDNN of this version, as cudnnGetVersion tells it, fits what this was built with; else why not.
std::string refuses_cudnn(std::size_t version);

std::string cuda_version_text(int version);          // 13000: "13.0"
std::string cudnn_version_text(std::size_t version); // 91900: "9.19.0"

} // namespace tradewind::cuda
