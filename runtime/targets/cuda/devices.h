// SPDX-License-Identifier: Apache-2.0
// Which devices there are, and what is told about them.
#pragma once

#include "targets/cuda/device.h"

#include <string>

namespace tradewind::cuda {

// What device_count() of device.h returns and throws.
int count_devices();

// Of device `index`, made the current one of this thread; throws as open_device does.
DeviceFacts facts_of(int index);

// For doctor: a line for each device with its capability, memory and versions; or the sentence that says why there is
// none.
std::string describe_devices();

} // namespace tradewind::cuda
