// SPDX-License-Identifier: Apache-2.0
// Lanes keep several multiplications in flight, which makes this as fast as memory on one core.
#include "weights/checksum.h"

#include <cstdio>
#include <cstring>

namespace tradewind {

std::string checksum(std::span<const std::byte> bytes, const std::function<void(std::size_t)> &read)
{
    constexpr std::size_t often = std::size_t{8} << 20;
    constexpr std::uint64_t prime = 0x100000001B3u, start = 0xCBF29CE484222325u;
    std::uint64_t lanes[8];
    for (std::uint64_t lane = 0; lane < 8; ++lane) lanes[lane] = start + lane;
    std::size_t at = 0;
    while (at + 64 <= bytes.size()) {
        const std::size_t end = bytes.size() - at > often ? at + often : bytes.size();
        for (; at + 64 <= end; at += 64)
            for (std::size_t lane = 0; lane < 8; ++lane) {
                std::uint64_t word;
                std::memcpy(&word, bytes.data() + at + 8 * lane, 8);
                lanes[lane] = (lanes[lane] ^ word) * prime;
            }
        if (read) read(at);
    }
    for (std::size_t lane = 0; at < bytes.size(); at += 8, ++lane) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, bytes.size() - at < 8 ? bytes.size() - at : 8);
        lanes[lane] = (lanes[lane] ^ word) * prime;
    }
    std::uint64_t all = (start ^ bytes.size()) * prime;
    for (const std::uint64_t lane : lanes) all = (all ^ lane) * prime;
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(all));
    return text;
}

} // namespace tradewind
