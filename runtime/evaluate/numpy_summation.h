// SPDX-License-Identifier: Apache-2.0
// Means with the bits of numpy.mean.
#pragma once

#include <span>

namespace tradewind {

// numpy.mean of contiguous doubles; `values` is not empty. The order of additions decides the last bits: numpy's buffer
// of 8192 after the other, each by halves and in eight lanes (pairwise_sum, core/src/umath/loops_utils.h.src).
double numpy_mean(std::span<const double> values);

} // namespace tradewind
