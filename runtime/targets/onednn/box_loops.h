// SPDX-License-Identifier: Apache-2.0
// Ops that treat each box by itself, and constants: in the plain kernels' arithmetic.
#pragma once

#include "targets/host_executable.h"

namespace tradewind::onednn {

// What runs such a node; empty for any other.
std::function<void()> box_loop(const KernelRequest &request);

} // namespace tradewind::onednn
