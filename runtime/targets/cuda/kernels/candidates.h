// SPDX-License-Identifier: Apache-2.0
// Which rows take part in suppression, and in what order: a key for each (score_order.h). Scores are compared as
// float32, after the conversion; only logits that may pass are converted. Conversions in double on two processors
// differ by a unit in the last place of the double at most, and so do hardly ever differ in float32.
#pragma once

#include "targets/cuda/kernels/items.h"
#include "targets/cuda/kernels/score_order.h"
#include "targets/cuda/kernels/scores.h"

namespace tradewind::cuda {

// What is suppressed together is a set: one class, or all that there is.
struct Candidates {
    std::uint32_t *keys = nullptr; // pictures x sets x padded_keys(rows)
    int rows = 0, sets = 1;
    std::int64_t pictures = 1;
    const int *labels = nullptr;   // of the sets, from 0; null: as they are numbered
    int *labels_of_rows = nullptr; // pictures x rows; null: rows have the labels of their sets

    TRADEWIND_PORTABLE std::int64_t padded_rows() const { return padded_keys(rows); }
    TRADEWIND_PORTABLE std::uint32_t *keys_of(std::int64_t picture, std::int64_t set) const
    {
        return keys + (picture * sets + set) * padded_rows();
    }
    TRADEWIND_PORTABLE int label(std::int64_t picture, int set, int row) const
    {
        if (labels_of_rows) return labels_of_rows[picture * rows + row];
        return labels ? labels[set] : set;
    }
};

struct RankArguments {
    Storage storage = Storage::f32;
    MapsIn values;   // rows x columns
    MapsIn counts;   // one number for each picture: how many rows take part; data null: all
    int columns = 1; // `skipped` of them, then the classes
    int skipped = 0;
    bool logits = false; // of the logistic function; else scores
    float score_threshold = 0;
    Candidates candidates;
};

// A set for each class that is wanted.
void rank_classes(Stream stream, const RankArguments &arguments);

// One set: each row stands for its best class, when this is one of `wanted`; null: all. Scores only; candidates.labels
// is null, labels_of_rows is written.
void rank_rows(Stream stream, const RankArguments &arguments, const int *wanted, int wanted_count);

// One set: rows of two logits, "background" and "object".
void rank_objectness(Stream stream, const RankArguments &arguments);

} // namespace tradewind::cuda
