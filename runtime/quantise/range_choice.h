// SPDX-License-Identifier: Apache-2.0
// From what a value was seen to be to the range that 8 bits are to cover.
#pragma once

#include "graph/graph.h"
#include "quantise/histogram.h"

#include <string>

namespace tradewind {

// minmax: all that was seen. entropy: up to the magnitude from which on clipping costs less information than a coarser
// grid would (the least Kullback-Leibler divergence; S. Migacz, 8-bit Inference with TensorRT, GTC 2017). percentile:
// all but one in ten thousand.
enum class RangeMethod { minmax, entropy, percentile };

const char *to_string(RangeMethod method);
RangeMethod range_method(const std::string &name); // throws Error(usage) with near names

// Holds zero, and no number that was not seen. Not known where nothing but zeros was.
ValueRange choose_range(const Histogram &histogram, RangeMethod method);

} // namespace tradewind
