// SPDX-License-Identifier: Apache-2.0
// Two GPUs, or what TRADEWIND_STAND_IN_FAULT says is wrong with them: "driver", "memory" or "lost".
#include "stand_in_gpu/batched_target.h"
#include "tensor/error.h"

#include <cstdlib>

using namespace tradewind;

namespace {

constexpr int devices = 2;

std::string fault()
{
    const char *given = std::getenv("TRADEWIND_STAND_IN_FAULT");
    return given ? given : "";
}

void require_driver()
{
    if (fault() == "driver") throw Error(ErrorCode::resource, "NVIDIA's driver is too old; update it");
}

} // namespace

extern "C" {
extern const char tradewind_module_version[];
const char tradewind_module_version[] = TRADEWIND_MODULE_VERSION;

Target *tradewind_cuda_target_v0(int device);
int tradewind_cuda_device_count_v0();
}

Target *tradewind_cuda_target_v0(int device)
{
    require_driver();
    if (device >= devices) throw Error(ErrorCode::usage, "there are 2 GPUs, numbered from 0");
    return stand_in::batched_target("cuda:" + std::to_string(device), nullptr, fault()).release();
}

int tradewind_cuda_device_count_v0()
{
    require_driver();
    return devices;
}
