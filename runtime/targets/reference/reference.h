// SPDX-License-Identifier: Apache-2.0
// The reference target: plain loops for every op, always present, the oracle that every other target is tested against.
#pragma once

#include "targets/host_executable.h"

namespace tradewind::reference {

// Computes one node with plain loops, single-threaded.
struct Operation {
    const Attributes &attributes;
    std::span<const TensorView> inputs, outputs;
    const std::map<std::string, Tensor> &parameters; // by leaf
};
using Function = void (*)(const Operation &);

// The plain kernel of an op; null when there is none (a test asserts that every op has one).
Function function(const std::string &op);

// As a kernel factory, for targets that fall back to it.
std::unique_ptr<Kernel> make_kernel(const KernelRequest &request);

std::unique_ptr<Target> make_target();

} // namespace tradewind::reference
