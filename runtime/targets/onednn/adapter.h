// SPDX-License-Identifier: Apache-2.0
// Kernels that know nothing of storage, on values that are stored otherwise than the graph says.
#pragma once

#include "targets/host_executable.h"

namespace tradewind::onednn {

// The kernel that `make` gives for plain values, between conversions of what is not; null when that is null.
std::unique_ptr<Kernel> make_adapted(const KernelRequest &request, const KernelFactory &make);

// Ops that look at the shapes of their inputs only: how these are stored is nothing to them.
bool reads_shapes_alone(const Node &node);

} // namespace tradewind::onednn
