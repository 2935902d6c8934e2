// SPDX-License-Identifier: Apache-2.0
// A device in words.
#include "targets/cuda/device.h"

namespace tradewind::cuda {

std::string to_string(const DeviceFacts &facts)
{
    return facts.name + ", compute capability " + std::to_string(facts.capability / 10) + "." +
           std::to_string(facts.capability % 10) + ", " + std::to_string(facts.memory / 1000000000) + " GB, " +
           facts.libraries;
}

} // namespace tradewind::cuda
