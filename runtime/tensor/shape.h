// SPDX-License-Identifier: Apache-2.0
// Dimensions of a tensor, outermost first (NHWC for maps, HWIO for convolution weights).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tradewind {

using Shape = std::vector<std::int64_t>;

// Product of all dimensions; 1 for a scalar. Throws Error(refused) when a dimension is negative, or when the bytes of
// such a tensor of any element type could not be counted.
std::int64_t element_count(const Shape &shape);

// "1x300x300x3"; "scalar" for no dimensions.
std::string to_string(const Shape &shape);

} // namespace tradewind
