// SPDX-License-Identifier: Apache-2.0
// Numbers from names: the generator behind seeded weights and formula pictures.
#pragma once

#include <cstdint>
#include <string_view>

namespace tradewind {

// FNV-1a, 64 bit, over the bytes of the name.
inline std::uint64_t seed_hash(std::string_view name)
{
    std::uint64_t hash = 0xCBF29CE484222325u;
    for (const unsigned char byte : name) hash = (hash ^ byte) * 0x100000001B3u;
    return hash;
}

// The splitmix64 finaliser of hash + (index + 1) * 0x9E3779B97F4A7C15, modulo 2^64.
inline std::uint64_t seed_bits(std::uint64_t hash, std::uint64_t index)
{
    std::uint64_t z = hash + (index + 1) * 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

} // namespace tradewind
