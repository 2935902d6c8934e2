// SPDX-License-Identifier: Apache-2.0
// The convolution of the host that stands in for a device.
#pragma once

#include "targets/cuda/device.h"

namespace tradewind::cuda {

// Plain sums in float32 of values as they are stored.
std::unique_ptr<Convolution> make_host_convolution(const ConvolutionShape &shape);

} // namespace tradewind::cuda
