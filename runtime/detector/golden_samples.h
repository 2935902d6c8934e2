// SPDX-License-Identifier: Apache-2.0
// What is kept of a value.
#pragma once

#include "detector/golden.h"

namespace tradewind {

// Which element is sample k of so many.
std::int64_t sample_index(std::size_t k, std::size_t samples, std::int64_t count);

GoldenValue facts_of(const std::string &name, const Tensor &value, std::size_t samples);

} // namespace tradewind
