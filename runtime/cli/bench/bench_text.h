// SPDX-License-Identifier: Apache-2.0
// A result as people read it.
#pragma once

#include "study/regression.h"

namespace tradewind::cli {

// `one_size`: all pictures had one resized size, so that the network's cost is that of each.
std::string bench_text(const Result &result, bool one_size, bool coloured);

// The nodes that take longest, at most `most`.
std::string profile_text(const Result &result, std::size_t most, bool coloured);

// What was compared, how it was decided, and stage by stage. `limit`: 0.05 is 5 %. `again`: how often more rounds were
// measured because the first looked slower.
std::string comparison_text(const Result &before, const Result &now, const Comparison &comparison, double limit,
                            int again);

} // namespace tradewind::cli
