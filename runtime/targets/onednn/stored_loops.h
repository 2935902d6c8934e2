// SPDX-License-Identifier: Apache-2.0
// Loops over maps that are stored otherwise than as rows of float32.
#pragma once

#include "targets/host_executable.h"

namespace tradewind::onednn {

// add, normalize, relu, relu6, spatial_mean on rows of any type; null for others and for blocks.
std::function<void()> stored_loop(const KernelRequest &request);

} // namespace tradewind::onednn
