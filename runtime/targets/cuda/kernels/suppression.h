// SPDX-License-Identifier: Apache-2.0
// Greedy non-maximum suppression by the threads of a block together, a tile of candidates at a time: what earlier tiles
// kept is looked at by all threads at once, what overlaps inside the tile is put into bit masks, and one thread goes
// through these in order.
#pragma once

#include "ops/box_arithmetic.h"
#include "targets/cuda/kernels/block_scan.h"

#include <bit>
#include <cstdint>
#include <cstring>

namespace tradewind::cuda {

// False: iou(a, b) of these ordered boxes is not above the threshold, which is 0 or more. True: it may be. Without a
// branch or a division: where the intersection is below the rounded product of threshold and union, it is not above the
// exact one, nor then the rounded quotient above the threshold.
TRADEWIND_PORTABLE inline bool may_overlap(const BoxCorners &a, const BoxCorners &b, float threshold)
{
    const float height = std::max(std::min(a.ymax, b.ymax) - std::max(a.ymin, b.ymin), 0.0f);
    const float width = std::max(std::min(a.xmax, b.xmax) - std::max(a.xmin, b.xmin), 0.0f);
    const float intersection = height * width, both = area(a) + area(b) - intersection;
    return (intersection > 0) & !(intersection < threshold * both);
}

TRADEWIND_PORTABLE inline bool overlap(const BoxCorners &a, const BoxCorners &b, float threshold)
{
    return may_overlap(a, b, threshold) && iou(a, b) > threshold;
}

TRADEWIND_PORTABLE inline int lowest_bit(std::uint64_t bits)
{
#ifdef __CUDA_ARCH__
    return __ffsll(static_cast<long long>(bits)) - 1;
#else
    return std::countr_zero(bits);
#endif
}

// Read and written at once.
struct alignas(16) AlignedBox {
    BoxCorners corners;
};

// In shared memory. Before suppress_tile: `boxes`, ordered, and beside the tile 1 for each that takes part, else 0.
// After it: `chosen`, the places in the tile of those that are kept, in order.
struct Tile {
    static constexpr int size = 256, words = size / 64, most_slices = 4;
    static constexpr int of_piece = 16, pieces = size / of_piece;

    AlignedBox boxes[size];
    // Of an open candidate with the open candidates after it, a bit each. Written in pieces, so that many threads have
    // something to do, and read as words.
    alignas(8) std::uint16_t overlaps[size][pieces];
    std::int16_t open[size]; // candidates that nothing kept before covers, in order
    std::int16_t chosen[size];
    bool covered[most_slices][size];
    int chosen_count;

    TRADEWIND_PORTABLE std::uint64_t overlaps_of(int a, int word) const
    {
        static_assert(std::endian::native == std::endian::little);
        std::uint64_t bits;
        std::memcpy(&bits, &overlaps[a][word * (64 / of_piece)], sizeof bits);
        return bits;
    }
};

// Ordered boxes that were kept before, of the same class.
struct KeptBoxes {
    const AlignedBox *boxes;
    int count;

    // Whether one of every step-th from `first` on covers the box. Four are looked at together, so that none waits for
    // the one before; beyond the end the last is looked at again.
    TRADEWIND_PORTABLE bool cover(const BoxCorners &box, int first, int step, float threshold) const
    {
        constexpr int together = 4;
        for (int k = first; k < count; k += together * step) {
            int hits = 0;
            for (int i = 0; i < together; ++i) hits |= may_overlap(at(k + i * step), box, threshold) << i;
            for (int i = 0; hits && i < together; ++i)
                if ((hits >> i & 1) && iou(at(k + i * step), box) > threshold) return true;
        }
        return false;
    }

private:
    TRADEWIND_PORTABLE BoxCorners at(int i) const { return AlignedBox(boxes[i < count ? i : count - 1]).corners; }
};

// Neighbouring threads look at the same kept box; each slice of threads at a part of them.
TRADEWIND_BLOCK_KERNEL inline void find_covered(const Block &block, const KeptBoxes &kept, int count, float threshold,
                                                Tile &tile)
{
    int slices = block.threads() / Tile::size;
    slices = slices < 1 ? 1 : slices > Tile::most_slices ? Tile::most_slices : slices;
    Tile *const t = &tile;
    block.each(Tile::most_slices * Tile::size, [=](int i) {
        const int slice = i / Tile::size, c = i % Tile::size;
        if (c < count)
            t->covered[slice][c] = slice < slices && kept.cover(t->boxes[c].corners, slice, slices, threshold);
    });
}

// Fills tile.open and returns how many there are.
TRADEWIND_BLOCK_KERNEL inline int find_open(const Block &block, int count, Tile &tile, int *first, int *second)
{
    Tile *const t = &tile;
    block.each(count, [=](int i) {
        for (int slice = 0; slice < Tile::most_slices; ++slice)
            if (t->covered[slice][i]) first[i] = 0;
    });
    const int *sums = inclusive_scan(block, first, second, count);
    const int total = sums[count - 1];
    block.each(count, [=](int i) {
        if (sums[i] > before(sums, i)) t->open[sums[i] - 1] = static_cast<std::int16_t>(i);
    });
    return total;
}

// Of the open candidates, all pieces of all words that hold a bit.
TRADEWIND_BLOCK_KERNEL inline void find_overlaps(const Block &block, int open, float threshold, Tile &tile)
{
    Tile *const t = &tile;
    constexpr int of_piece = Tile::of_piece;
    block.each(open * ((open + 63) / 64) * (64 / of_piece), [=](int i) {
        const int a = i % open, piece = i / open, first = of_piece * piece;
        const int end = open < first + of_piece ? open : first + of_piece;
        const BoxCorners box = t->boxes[t->open[a]].corners;
        unsigned bits = 0;
        for (int b = a < first ? first : a + 1; b < end; ++b)
            bits |= static_cast<unsigned>(overlap(box, t->boxes[t->open[b]].corners, threshold)) << (b - first);
        t->overlaps[a][piece] = static_cast<std::uint16_t>(bits);
    });
}

// By one thread: keeps the first, strikes what it overlaps with, and so on, until `most` are kept.
TRADEWIND_PORTABLE inline int choose(int open, int most, Tile &tile)
{
    std::uint64_t struck[Tile::words] = {};
    int kept = 0;
    for (int word = 0; word < Tile::words && 64 * word < open; ++word) {
        const int rest = open - 64 * word;
        std::uint64_t left = (rest < 64 ? (std::uint64_t{1} << rest) - 1 : ~std::uint64_t{0}) & ~struck[word];
        while (kept < most && left) {
            const int a = 64 * word + lowest_bit(left);
            tile.chosen[kept++] = tile.open[a];
            left = left & (left - 1) & ~tile.overlaps_of(a, word);
            for (int w = word + 1; w < Tile::words; ++w)
                if (64 * w < open) struck[w] |= tile.overlaps_of(a, w);
        }
    }
    return kept;
}

// Which of `count` candidates in descending order are kept beside those kept before; `most`: no more than these.
// `first`: what takes part; `second`: as long.
TRADEWIND_BLOCK_KERNEL inline int suppress_tile(const Block &block, const KeptBoxes &kept, int count, int most,
                                                float threshold, Tile &tile, int *first, int *second)
{
    find_covered(block, kept, count, threshold, tile);
    const int open = find_open(block, count, tile, first, second);
    if (open == 0) return 0;
    find_overlaps(block, open, threshold, tile);
    Tile *const t = &tile;
    block.once([=] { t->chosen_count = choose(open, most, *t); });
    return tile.chosen_count;
}

} // namespace tradewind::cuda
