// SPDX-License-Identifier: Apache-2.0
// What is known of the machine and of this process.
#pragma once

#include "study/result.h"

namespace tradewind {

// As Linux tells it; "unknown" and 0 where it does not. [any thread]
MachineFacts machine_facts();

// Milliseconds since the process was started, which is known to 10 ms. The time since the library was loaded where the
// system does not tell more. [any thread]
double process_age();

} // namespace tradewind
