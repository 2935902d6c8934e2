// SPDX-License-Identifier: Apache-2.0
// In double, with sums in the order of the plain kernel: scores that are equal there are equal here.
#include "targets/cuda/kernels/scores.h"

#include "ops/box_arithmetic.h"

namespace tradewind::cuda {
namespace {

template <class T> struct ConvertOne {
    ScoreArguments a;

    TRADEWIND_PORTABLE void operator()(std::uint32_t i, std::int64_t picture) const
    {
        const std::uint32_t row = i / static_cast<std::uint32_t>(a.classes);
        const float logit = to_float(a.logits.of<T>(picture)[i + row + 1]); // one more column in each row
        a.scores.of<float>(picture)[i] = a.converter == Converter::sigmoid ? sigmoid(logit) : logit;
    }
};

constexpr int softmax_threads = 128, powers_at_once = 512;

struct SoftmaxMemory {
    float largest[softmax_threads];
    double powers[powers_at_once], sum;
};

// A block converts one row.
template <class T> struct SoftmaxRow {
    ScoreArguments a;

    TRADEWIND_BLOCK_KERNEL void operator()(const Block &block) const
    {
        auto *const memory = reinterpret_cast<SoftmaxMemory *>(block.shared());
        const int first = a.slice_first ? 1 : 0, columns = a.classes + 1 - first;
        const T *const in = a.logits.of<T>(block.picture()) + block.index() * (a.classes + 1) + first;
        find_largest(block, in, columns, memory);
        const double largest = memory->largest[0];
        for (int from = 0; from < columns; from += powers_at_once) {
            const int count = columns - from < powers_at_once ? columns - from : powers_at_once;
            block.each(count, [=](int i) { memory->powers[i] = std::exp(to_float(in[from + i]) - largest); });
            block.once([=] {
                double sum = from ? memory->sum : 0;
                for (int i = 0; i < count; ++i) sum += memory->powers[i];
                memory->sum = sum;
            });
        }
        float *const out = a.scores.of<float>(block.picture()) + block.index() * a.classes;
        const int background = 1 - first;
        const bool known = columns <= powers_at_once;
        block.each(a.classes, [=](int i) {
            const int c = i + background;
            const double power = known ? memory->powers[c] : std::exp(to_float(in[c]) - largest);
            out[i] = static_cast<float>(power / memory->sum);
        });
    }

private:
    // Of numbers; where there is something else, the sum is no number, whatever this is.
    TRADEWIND_BLOCK_KERNEL static void find_largest(const Block &block, const T *in, int columns, SoftmaxMemory *memory)
    {
        block.each(softmax_threads, [=](int i) {
            float largest = to_float(in[i < columns ? i : 0]);
            for (int c = i; c < columns; c += softmax_threads) largest = std::max(largest, to_float(in[c]));
            memory->largest[i] = largest;
        });
        for (int step = softmax_threads / 2; step > 0; step /= 2)
            block.each(step,
                       [=](int i) { memory->largest[i] = std::max(memory->largest[i], memory->largest[i + step]); });
    }
};

} // namespace

void convert_scores(Stream stream, const ScoreArguments &arguments)
{
    with_storage(arguments.storage, [&](auto element) {
        using T = decltype(element);
        if (arguments.converter == Converter::softmax)
            for_blocks(stream, arguments.rows, arguments.pictures, softmax_threads, sizeof(SoftmaxMemory),
                       SoftmaxRow<T>{arguments}, "convert_scores");
        else
            for_items(stream, std::int64_t{arguments.rows} * arguments.classes, arguments.pictures,
                      ConvertOne<T>{arguments}, "convert_scores");
    });
}

} // namespace tradewind::cuda
