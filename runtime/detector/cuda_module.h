// SPDX-License-Identifier: Apache-2.0
// The module with the CUDA target, which is loaded when it is asked for.
#pragma once

#include "targets/target.h"

namespace tradewind {

// Whether a folder has its file.
bool has_cuda_module(const std::vector<std::string> &modules);

// Both throw Error(resource) where there is no module, it cannot be loaded, or there is no such GPU; each says what to
// do.
int count_gpus(const std::vector<std::string> &modules);
std::unique_ptr<Target> open_gpu(int device, const std::vector<std::string> &modules);

} // namespace tradewind
