// SPDX-License-Identifier: Apache-2.0
// The activations that ops carry, as the plain kernels compute them.
#pragma once

#include "targets/cuda/convolution.h"

#include <algorithm>
#include <limits>

namespace tradewind::cuda {

// NaN and denormal numbers become 0, except without an activation. No branches: this ends inner loops.
TRADEWIND_PORTABLE inline float activated(float x, Activation activation)
{
    const bool all = activation == Activation::none;
    const float most = activation == Activation::relu6 ? 6.0f : std::numeric_limits<float>::infinity();
    const float positive = all | (x >= std::numeric_limits<float>::min()) ? x : 0.0f;
    return std::min(positive, most);
}

} // namespace tradewind::cuda
