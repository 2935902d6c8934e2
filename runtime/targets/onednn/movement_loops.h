// SPDX-License-Identifier: Apache-2.0
// Ops that move numbers and leave their bits as they are.
#pragma once

#include "targets/host_executable.h"

namespace tradewind::onednn {

// concat, pad, reshape of rows of any type, all stored alike; null for other ops and where they are not.
std::function<void()> movement_loop(const KernelRequest &request);

} // namespace tradewind::onednn
