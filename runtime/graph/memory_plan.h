// SPDX-License-Identifier: Apache-2.0
// Where each value of a graph lives in one arena; made by passes/plan_memory, read by targets in host memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace tradewind {

// What a target wants of the places of values.
struct MemoryRules {
    std::size_t alignment = 64;
    std::function<std::size_t(std::uint32_t value)> bytes = {}; // null: the elements of its shape, in its type
    bool concat_in_place = true;                                // parts of a concat may be computed where they belong
    bool residual_in_place = true;                              // a sum may take the place of its residual
    std::function<bool(std::uint32_t value)> is_placed = {};    // null: all; others live where the target keeps them
};

struct MemoryPlan {
    static constexpr std::size_t absent = static_cast<std::size_t>(-1);

    std::vector<std::size_t> offsets; // in bytes, by value; `absent` for values that need no memory
    std::size_t arena_bytes = 0;

    // Nodes whose output is the memory of their input (reshape, or a concat whose parts were written in place):
    // by index into Graph::nodes; such a node needs no kernel.
    std::vector<bool> elided;
};

} // namespace tradewind
