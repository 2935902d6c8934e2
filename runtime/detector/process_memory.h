// SPDX-License-Identifier: Apache-2.0
// What the system says of the memory of this process.
#pragma once

#include <cstddef>

namespace tradewind {

// Bytes resident now and the most ever, as Linux counts them (VmRSS and VmHWM of /proc/self/status); 0 where it does
// not say. [any]
struct ProcessMemory {
    std::size_t resident = 0, peak = 0;
};
ProcessMemory process_memory();

} // namespace tradewind
