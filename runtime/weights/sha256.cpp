// SPDX-License-Identifier: Apache-2.0
// FIPS 180-4, sections 4.1.2, 4.2.2 and 6.2.
#include "weights/sha256.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace tradewind {
namespace {

using State = std::array<std::uint32_t, 8>;

// The first 32 bits of the fractional parts of the square (of 8) and cube roots (of 64) of the first primes.
constexpr State start = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
constexpr std::uint32_t rounds[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

std::uint32_t big_endian(const std::uint8_t *bytes)
{
    return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

void schedule(const std::uint8_t *block, std::uint32_t (&w)[64])
{
    for (int t = 0; t < 16; ++t) w[t] = big_endian(block + std::size_t{4} * static_cast<std::size_t>(t));
    for (int t = 16; t < 64; ++t) {
        const std::uint32_t a = w[t - 15], b = w[t - 2];
        w[t] = (std::rotr(b, 17) ^ std::rotr(b, 19) ^ b >> 10) + w[t - 7] +
               (std::rotr(a, 7) ^ std::rotr(a, 18) ^ a >> 3) + w[t - 16];
    }
}

void add_block(State &state, const std::uint8_t *block)
{
    std::uint32_t w[64];
    schedule(block, w);
    auto [a, b, c, d, e, f, g, h] = state;
    for (int t = 0; t < 64; ++t) {
        const std::uint32_t first =
            h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) + ((e & f) ^ (~e & g)) + rounds[t] + w[t];
        const std::uint32_t second =
            (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + first, d = c, c = b, b = a, a = first + second;
    }
    const State next = {a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < 8; ++i) state[i] += next[i];
}

// The rest, a 1 bit, zeros, and the length in bits.
void add_end(State &state, std::span<const std::byte> rest, std::uint64_t length)
{
    std::uint8_t blocks[128] = {};
    if (!rest.empty()) std::memcpy(blocks, rest.data(), rest.size());
    blocks[rest.size()] = 0x80;
    const std::size_t size = rest.size() < 56 ? 64 : 128;
    for (std::size_t i = 0; i < 8; ++i) blocks[size - 1 - i] = static_cast<std::uint8_t>(length * 8 >> 8 * i);
    for (std::size_t at = 0; at < size; at += 64) add_block(state, blocks + at);
}

} // namespace

std::string sha256(std::span<const std::byte> bytes)
{
    State state = start;
    std::size_t at = 0;
    for (; at + 64 <= bytes.size(); at += 64)
        add_block(state, reinterpret_cast<const std::uint8_t *>(bytes.data() + at));
    add_end(state, bytes.subspan(at), bytes.size());
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const std::uint32_t word : state)
        for (int shift = 28; shift >= 0; shift -= 4) text += digits[word >> shift & 15];
    return text;
}

} // namespace tradewind
