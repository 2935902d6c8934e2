// SPDX-License-Identifier: Apache-2.0
// A compiled graph on the device.
#pragma once

#include "targets/cuda/step.h"

namespace tradewind::cuda {

// `device` and the pool of `options.shared`, if it has one, outlive the executable.
std::unique_ptr<Executable> make_executable(Graph &&graph, const MemoryPlan &plan, Device &device,
                                            std::shared_ptr<DeviceWeights> weights, const CompileOptions &options);

} // namespace tradewind::cuda
