// SPDX-License-Identifier: Apache-2.0
// The clock of all measurements.
#pragma once

#include <chrono>

namespace tradewind {

// Milliseconds of the steady clock, since some moment in the past. [any thread]
inline double milliseconds_now()
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

} // namespace tradewind
