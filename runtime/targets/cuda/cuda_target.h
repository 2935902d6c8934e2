// SPDX-License-Identifier: Apache-2.0
// The CUDA target, named "cuda:0" and so on. On the host it is built with another device, for tests.
#pragma once

#include "targets/target.h"

namespace tradewind::cuda {

// Throws as open_device does. [setup]
std::unique_ptr<Target> make_target(int device);

} // namespace tradewind::cuda
