// SPDX-License-Identifier: Apache-2.0
// A block writes the results of one picture.
#include "targets/cuda/kernels/detections.h"

#include "targets/cuda/kernels/best_first.h"

namespace tradewind::cuda {
namespace {

struct WriteDetections {
    DetectionArguments a;

    TRADEWIND_BLOCK_KERNEL void operator()(const Block &block) const
    {
        auto &memory = *reinterpret_cast<ChunkMemory *>(block.shared());
        const int entries = a.candidates.sets * a.kept.capacity;
        const KeyArray from{a.kept.keys + block.picture() * entries, entries};
        std::uint64_t after = 0;
        int written = 0;
        while (written < a.most) {
            const int rest = a.most - written, wanted = rest < most_block_threads ? rest : most_block_threads;
            const int found = next_best(block, from, after, wanted, 2 * power_of_two_above(wanted), memory);
            const int taken = found < rest ? found : rest, first = written;
            const std::uint64_t *const places = memory.places;
            block.each(taken, [=, &block, this](int i) { write(block.picture(), first + i, places[i]); });
            written += taken;
            if (found < wanted) break;
            after = places[found - 1];
        }
        const int first = written;
        block.each(a.most - written, [=, &block, this](int i) { clear(block.picture(), first + i); });
        block.once([=, &block, this] { *a.count.of<float>(block.picture()) = static_cast<float>(first); });
    }

private:
    TRADEWIND_BLOCK_KERNEL void write(std::int64_t picture, int to, std::uint64_t place) const
    {
        const std::int64_t entries = static_cast<std::int64_t>(a.candidates.sets) * a.kept.capacity;
        const int entry = index_at(place), set = entry / a.kept.capacity;
        const int row = a.kept.rows[picture * entries + entry];
        store(a.kept.boxes[picture * entries + entry].corners, a.boxes.of<float>(picture) + 4 * to);
        a.scores.of<float>(picture)[to] = score_of_key(key_at(place));
        if (a.classes.data)
            a.classes.of<float>(picture)[to] = static_cast<float>(a.candidates.label(picture, set, row) + 1);
        if (a.rows.data) a.rows.of<float>(picture)[to] = static_cast<float>(row);
    }

    TRADEWIND_BLOCK_KERNEL void clear(std::int64_t picture, int to) const
    {
        store(BoxCorners{0, 0, 0, 0}, a.boxes.of<float>(picture) + 4 * to);
        a.scores.of<float>(picture)[to] = 0;
        if (a.classes.data) a.classes.of<float>(picture)[to] = 1;
        if (a.rows.data) a.rows.of<float>(picture)[to] = -1;
    }
};

} // namespace

void write_detections(Stream stream, const DetectionArguments &arguments)
{
    const bool many = arguments.candidates.sets * arguments.kept.capacity > 4 * 256;
    for_blocks(stream, 1, arguments.candidates.pictures, many ? most_block_threads : 256, sizeof(ChunkMemory),
               WriteDetections{arguments}, "write_detections");
}

} // namespace tradewind::cuda
