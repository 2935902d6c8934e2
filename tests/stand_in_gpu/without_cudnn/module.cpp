// SPDX-License-Identifier: Apache-2.0
// A module that cannot be loaded where a library is missing.
int needed();

extern "C" {
extern const char tradewind_module_version[];
const char tradewind_module_version[] = TRADEWIND_MODULE_VERSION;
int tradewind_cuda_device_count_v0();
}

int tradewind_cuda_device_count_v0() { return needed(); }
