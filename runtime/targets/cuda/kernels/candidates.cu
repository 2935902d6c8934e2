// SPDX-License-Identifier: Apache-2.0
// A thread ranks one value or one row. Rows beyond the last, up to whole quads of keys, are no candidates.
#include "targets/cuda/kernels/candidates.h"

#include "ops/box_arithmetic.h"
#include "ops/crop_sampling.h"

namespace tradewind::cuda {
namespace {

struct Ranking {
    RankArguments a;
    float least_logit;

    TRADEWIND_PORTABLE bool takes_part(std::uint32_t row, std::int64_t picture) const
    {
        return row <
               (a.counts.data ? counted_rows(*a.counts.of<float>(picture), a.candidates.rows) : a.candidates.rows);
    }
    TRADEWIND_PORTABLE std::uint32_t key_of_value(float value) const
    {
        if (a.logits && !(value >= least_logit)) return 0;
        const float score = a.logits ? sigmoid(value) : value;
        return score > a.score_threshold ? key_of_score(score) : 0;
    }
};

template <class T> struct RankClass {
    Ranking ranking;

    TRADEWIND_PORTABLE void operator()(std::uint32_t item, std::int64_t picture) const
    {
        const RankArguments &a = ranking.a;
        const auto sets = static_cast<std::uint32_t>(a.candidates.sets);
        const std::uint32_t row = item / sets, set = item % sets;
        std::uint32_t key = 0;
        if (ranking.takes_part(row, picture)) {
            const int label = a.candidates.labels ? a.candidates.labels[set] : static_cast<int>(set);
            const T *values = a.values.of<T>(picture) + static_cast<std::int64_t>(row) * a.columns;
            key = ranking.key_of_value(to_float(values[a.skipped + label]));
        }
        a.candidates.keys_of(picture, set)[row] = key;
    }
};

template <class T> struct RankRow {
    Ranking ranking;
    const int *wanted;
    int wanted_count;

    TRADEWIND_PORTABLE void operator()(std::uint32_t row, std::int64_t picture) const
    {
        const RankArguments &a = ranking.a;
        std::uint32_t key = 0;
        if (ranking.takes_part(row, picture)) {
            const T *scores = a.values.of<T>(picture) + static_cast<std::int64_t>(row) * a.columns;
            int best = 0;
            for (int c = 1; c < a.columns; ++c)
                if (to_float(scores[best]) < to_float(scores[c])) best = c;
            if (wants(best)) key = ranking.key_of_value(to_float(scores[best]));
            a.candidates.labels_of_rows[picture * a.candidates.rows + row] = best;
        }
        a.candidates.keys_of(picture, 0)[row] = key;
    }

private:
    TRADEWIND_PORTABLE bool wants(int label) const
    {
        for (int i = 0; wanted && i < wanted_count; ++i)
            if (wanted[i] == label) return true;
        return !wanted;
    }
};

template <class T> struct RankObjectness {
    Ranking ranking;

    TRADEWIND_PORTABLE void operator()(std::uint32_t row, std::int64_t picture) const
    {
        std::uint32_t key = 0;
        if (ranking.takes_part(row, picture)) {
            const T *logits = ranking.a.values.of<T>(picture) + 2 * static_cast<std::int64_t>(row);
            key = ranking.key_of_value(to_float(logits[1]) - to_float(logits[0])); // as objectness() does
        }
        ranking.a.candidates.keys_of(picture, 0)[row] = key;
    }
};

Ranking ranking_of(const RankArguments &arguments)
{
    return {arguments, least_passing_logit(arguments.score_threshold)};
}

} // namespace

void rank_classes(Stream stream, const RankArguments &arguments)
{
    const Candidates &to = arguments.candidates;
    with_storage(arguments.storage, [&](auto element) {
        for_items(stream, to.padded_rows() * to.sets, to.pictures, RankClass<decltype(element)>{ranking_of(arguments)},
                  "rank_classes");
    });
}

void rank_rows(Stream stream, const RankArguments &arguments, const int *wanted, int wanted_count)
{
    const Candidates &to = arguments.candidates;
    with_storage(arguments.storage, [&](auto element) {
        for_items(stream, to.padded_rows(), to.pictures,
                  RankRow<decltype(element)>{ranking_of(arguments), wanted, wanted_count}, "rank_rows", 64);
    });
}

void rank_objectness(Stream stream, const RankArguments &arguments)
{
    const Candidates &to = arguments.candidates;
    with_storage(arguments.storage, [&](auto element) {
        for_items(stream, to.padded_rows(), to.pictures, RankObjectness<decltype(element)>{ranking_of(arguments)},
                  "rank_objectness", 128);
    });
}

} // namespace tradewind::cuda
