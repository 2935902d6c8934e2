// SPDX-License-Identifier: Apache-2.0
// Hands out candidates best first, a sorted chunk at a time, however many there are.
#pragma once

#include "targets/cuda/kernels/block_scan.h"
#include "targets/cuda/kernels/block_sort.h"
#include "targets/cuda/kernels/score_order.h"

#include <cstdint>

namespace tradewind::cuda {

constexpr int most_block_threads = 1024;
constexpr int most_of_chunk = 2 * most_block_threads;

// In shared memory, for next_best.
struct ChunkMemory {
    static constexpr int digit_bits = 11, bins = 1 << digit_bits, bins_of_group = 8, groups = bins / bins_of_group;

    std::uint64_t places[most_of_chunk]; // the chunk
    int histogram[bins];
    int sums[2][most_block_threads]; // for inclusive_scan; free between calls
    struct Crossing {
        int bin, before, inside; // the bin in which a sum is reached, what is before it and in it
    } crossing;
};

// What a chunk is taken from. `count` is a multiple of four; index_at(place) is an index into the keys.
struct KeyArray {
    const std::uint32_t *keys;
    int count;

    // Calls f(place) for the candidates that the lane `first` of `lanes` looks at. Reads of memory do not wait for one
    // another.
    template <class F> TRADEWIND_BLOCK_KERNEL void visit(int first, int lanes, const F &f) const
    {
        constexpr int together = 4;
        const auto *const quads = reinterpret_cast<const KeyQuad *>(keys);
        for (int q = first; q < count / 4; q += together * lanes) {
            KeyQuad read[together];
            for (int i = 0; i < together; ++i) read[i] = q + i * lanes < count / 4 ? quads[q + i * lanes] : KeyQuad{};
            for (int i = 0; i < 4 * together; ++i) {
                const std::uint32_t key = read[i / 4].keys[i % 4];
                if (key) f(place_of(key, static_cast<std::uint32_t>(4 * (q + i / 4 * lanes) + i % 4)));
            }
        }
    }
};

// Counts the places from `low` on by their distance to it, in bins of 2^shift.
TRADEWIND_BLOCK_KERNEL inline void count_distances(const Block &block, const KeyArray &from, std::uint64_t low,
                                                   int shift, int *histogram)
{
    block.each(ChunkMemory::bins, [=](int i) { histogram[i] = 0; });
    const int lanes = block.threads();
    block.each(lanes, [=](int lane) {
        from.visit(lane, lanes, [=](std::uint64_t place) {
            if (place < low) return;
            const std::uint64_t bin = (place - low) >> shift;
            if (bin < ChunkMemory::bins) atomic_add(&histogram[bin], 1);
        });
    });
}

// Where the sum of the bins reaches `wanted`; returns false when it stays below.
TRADEWIND_BLOCK_KERNEL inline bool find_crossing(const Block &block, int wanted, ChunkMemory &memory)
{
    constexpr int groups = ChunkMemory::groups, of_group = ChunkMemory::bins_of_group;
    int *const first = memory.sums[0], *const histogram = memory.histogram;
    block.each(groups, [=](int group) {
        int sum = 0;
        for (int i = 0; i < of_group; ++i) sum += histogram[group * of_group + i];
        first[group] = sum;
    });
    const int *sums = inclusive_scan(block, first, memory.sums[1], groups);
    const int total = sums[groups - 1];
    ChunkMemory::Crossing *const crossing = &memory.crossing;
    block.each(groups, [=](int group) {
        int sum = before(sums, group);
        if (sum >= wanted || sums[group] < wanted) return;
        int bin = group * of_group;
        while (sum + histogram[bin] < wanted) sum += histogram[bin++];
        *crossing = {bin, sum, histogram[bin]};
    });
    return total >= wanted;
}

// The last place of a chunk that begins after `after`: a radix selection that ends as soon as whole bins will do.
TRADEWIND_BLOCK_KERNEL inline std::uint64_t end_of_chunk(const Block &block, const KeyArray &from, std::uint64_t after,
                                                         int wanted, int most, ChunkMemory &memory)
{
    std::uint64_t low = after + 1;
    int taken = 0, shift = 64 - ChunkMemory::digit_bits;
    while (true) {
        count_distances(block, from, low, shift, memory.histogram);
        if (!find_crossing(block, wanted - taken, memory)) return ~std::uint64_t{0};
        const ChunkMemory::Crossing at = memory.crossing;
        taken += at.before;
        low += static_cast<std::uint64_t>(at.bin) << shift;
        if (taken + at.inside <= most || shift == 0) return low + ((std::uint64_t{1} << shift) - 1);
        shift = shift > ChunkMemory::digit_bits ? shift - ChunkMemory::digit_bits : 0;
    }
}

// Gathers the places after `after` up to `last` into memory.places. Lanes write to where the sums of what lanes before
// them found let them.
TRADEWIND_BLOCK_KERNEL inline int gather(const Block &block, const KeyArray &from, std::uint64_t after,
                                         std::uint64_t last, ChunkMemory &memory)
{
    const int lanes = block.threads();
    int *const first = memory.sums[0];
    block.each(lanes, [=](int lane) {
        int count = 0;
        from.visit(lane, lanes, [&](std::uint64_t place) { count += place > after && place <= last; });
        first[lane] = count;
    });
    const int *sums = inclusive_scan(block, first, memory.sums[1], lanes);
    const int total = sums[lanes - 1];
    std::uint64_t *const places = memory.places;
    block.each(lanes, [=](int lane) {
        int at = before(sums, lane);
        from.visit(lane, lanes, [&](std::uint64_t place) {
            if (place > after && place <= last) places[at++] = place;
        });
    });
    return total;
}

// Puts the next-best candidates after the place `after` (0: from the best on) into memory.places, in order, and returns
// how many: `wanted` to `most`, or all that remain when these are fewer than `wanted`. most: a power of two, at least
// `wanted`, at most most_of_chunk. The block has at most most_block_threads threads.
TRADEWIND_BLOCK_KERNEL inline int next_best(const Block &block, const KeyArray &from, std::uint64_t after, int wanted,
                                            int most, ChunkMemory &memory)
{
    const std::uint64_t last = end_of_chunk(block, from, after, wanted, most, memory);
    const int found = gather(block, from, after, last, memory), size = power_of_two_above(found);
    std::uint64_t *const places = memory.places;
    block.each(size - found, [=](int i) { places[found + i] = ~std::uint64_t{0}; });
    bitonic_sort(block, places, size);
    return found;
}

} // namespace tradewind::cuda
