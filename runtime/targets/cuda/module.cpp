// SPDX-License-Identifier: Apache-2.0
// What the module exports.
#include "targets/cuda/cuda_target.h"
#include "targets/cuda/device.h"

extern "C" {
extern const char tradewind_module_version[];
const char tradewind_module_version[] = TRADEWIND_MODULE_VERSION;

// A new target on that device, owned by the caller. Throws as make_target does.
tradewind::Target *tradewind_cuda_target_v0(int device);
int tradewind_cuda_device_count_v0();
}

tradewind::Target *tradewind_cuda_target_v0(int device) { return tradewind::cuda::make_target(device).release(); }

int tradewind_cuda_device_count_v0() { return tradewind::cuda::device_count(); }
