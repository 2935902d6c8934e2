// SPDX-License-Identifier: Apache-2.0
// How many threads the process may use.
#pragma once

namespace tradewind {

// The processors this process may run on, cut to its cgroup's quota (rounded up); at least 1. [any thread]
int usable_threads();

} // namespace tradewind
