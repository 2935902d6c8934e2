// SPDX-License-Identifier: Apache-2.0
// Which devices there are, and what is told about them.
#pragma once

#include "targets/cuda/device.h"

namespace tradewind::cuda {

// Of device `index`, made the current one of this thread; throws as open_device does.
DeviceFacts facts_of(int index);

} // namespace tradewind::cuda
