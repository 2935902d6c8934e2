// SPDX-License-Identifier: Apache-2.0
// ReLU and ReLU6 as the plain kernels compute them.
#pragma once

#include <algorithm>
#include <limits>
#include <string>

namespace tradewind::onednn {

// Calls make(f) with the function of that name: "none" leaves a NaN as it is; ReLU and ReLU6 make NaN and denormal
// numbers 0.
template <class F> void activated(const std::string &activation, F &&make)
{
    constexpr float least_normal = std::numeric_limits<float>::min();
    if (activation == "relu")
        make([](float x) { return x >= least_normal ? x : 0.0f; });
    else if (activation == "relu6")
        make([](float x) { return std::min(x >= least_normal ? x : 0.0f, 6.0f); });
    else
        make([](float x) { return x; });
}

} // namespace tradewind::onednn
