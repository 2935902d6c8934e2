// SPDX-License-Identifier: Apache-2.0
// Where each value of a graph lives in one arena; made by passes/plan_memory, read by targets in host memory.
#pragma once

#include <cstddef>
#include <vector>

namespace tradewind {

struct MemoryPlan {
    static constexpr std::size_t absent = static_cast<std::size_t>(-1);

    std::vector<std::size_t> offsets; // in bytes, by value; `absent` for values that need no memory
    std::size_t arena_bytes = 0;

    // Nodes whose output is the memory of their input (reshape, or a concat whose parts were written in place):
    // by index into Graph::nodes; such a node needs no kernel.
    std::vector<bool> elided;
};

} // namespace tradewind
