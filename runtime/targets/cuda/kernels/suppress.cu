// SPDX-License-Identifier: Apache-2.0
// A block goes through one set, best first, and ends when enough are kept.
#include "targets/cuda/kernels/suppress.h"

#include "targets/cuda/kernels/best_first.h"

namespace tradewind::cuda {
namespace {

struct SuppressionMemory {
    ChunkMemory chunk;
    Tile tile;
};
static_assert(sizeof(SuppressionMemory) <= 48 * 1024, "what every device has");

struct SuppressSet {
    SuppressArguments a;

    TRADEWIND_BLOCK_KERNEL void operator()(const Block &block) const
    {
        auto &memory = *reinterpret_cast<SuppressionMemory *>(block.shared());
        const int set = static_cast<int>(block.index());
        const KeyArray from{a.candidates.keys_of(block.picture(), set), static_cast<int>(a.candidates.padded_rows())};
        const int wanted = block.threads();
        const Kept to = kept_of(block.picture(), set);
        std::uint64_t after = 0;
        int kept = 0;
        while (kept < a.most) {
            const int found = next_best(block, from, after, wanted, 2 * wanted, memory.chunk);
            for (int first = 0; first < found && kept < a.most; first += Tile::size)
                kept = keep_of_tile(block, memory, first, found - first, to, kept);
            if (found < wanted) break;
            after = memory.chunk.places[found - 1];
        }
        finish(block, to, kept);
    }

private:
    TRADEWIND_BLOCK_KERNEL Kept kept_of(std::int64_t picture, int set) const
    {
        const std::int64_t first = (picture * a.candidates.sets + set) * a.kept.capacity;
        return {a.kept.keys + first, a.kept.boxes + first, a.kept.rows + first, a.kept.capacity};
    }

    TRADEWIND_BLOCK_KERNEL bool entering_box(const Block &block, int row, BoxCorners &box) const
    {
        const int label = a.candidates.label(block.picture(), static_cast<int>(block.index()), row);
        box = a.boxes.box(block.picture(), row, label);
        return a.rules.enter(box);
    }

    // Adds what is kept of the tile that begins at place `first` of the chunk; returns how many are kept now.
    TRADEWIND_BLOCK_KERNEL int keep_of_tile(const Block &block, SuppressionMemory &memory, int first, int rest,
                                            const Kept &to, int kept) const
    {
        const int count = rest < Tile::size ? rest : Tile::size;
        const std::uint64_t *const places = memory.chunk.places + first;
        Tile *const tile = &memory.tile;
        int *const takes_part = memory.chunk.sums[0];
        block.each(count, [=, &block, this](int i) {
            BoxCorners box;
            takes_part[i] = entering_box(block, index_at(places[i]), box);
            tile->boxes[i] = {ordered(box)};
        });
        const int more = suppress_tile(block, {to.boxes, kept}, count, a.most - kept, a.iou_threshold, *tile,
                                       takes_part, memory.chunk.sums[1]);
        block.each(more, [=](int i) {
            const int c = tile->chosen[i];
            to.boxes[kept + i] = tile->boxes[c];
            to.keys[kept + i] = key_at(places[c]);
            to.rows[kept + i] = index_at(places[c]);
        });
        return kept + more;
    }

    // In place of the ordered boxes come those of the result; empties what is not used.
    TRADEWIND_BLOCK_KERNEL void finish(const Block &block, const Kept &to, int kept) const
    {
        block.each(to.capacity, [=, &block, this](int i) {
            if (i >= kept) {
                to.keys[i] = 0;
                return;
            }
            BoxCorners box;
            entering_box(block, to.rows[i], box);
            if (!a.rules.leave(box, score_of_key(to.keys[i]))) to.keys[i] = 0;
            to.boxes[i] = {box};
        });
    }
};

// Small sets leave room for more blocks on a processor; large ones are read by as many threads as there may be.
int threads_for(int rows) { return rows <= 512 ? 256 : rows <= 4096 ? 512 : most_block_threads; }

} // namespace

void suppress(Stream stream, const SuppressArguments &arguments)
{
    const Candidates &candidates = arguments.candidates;
    for_blocks(stream, candidates.sets, candidates.pictures, threads_for(candidates.rows), sizeof(SuppressionMemory),
               SuppressSet{arguments}, "suppress");
}

} // namespace tradewind::cuda
