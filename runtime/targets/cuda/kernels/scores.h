// SPDX-License-Identifier: Apache-2.0
// convert_scores: logits with a background column become scores without one.
#pragma once

#include "targets/cuda/kernels/items.h"

namespace tradewind::cuda {

enum class Converter { sigmoid, softmax, identity };

struct ScoreArguments {
    Storage storage = Storage::f32; // of the logits
    MapsIn logits;                  // rows x (1 + classes)
    MapsOut scores;                 // rows x classes, float32
    Converter converter = Converter::sigmoid;
    bool slice_first = false; // softmax over the classes alone
    int rows = 0, classes = 0;
    std::int64_t pictures = 1;
};

void convert_scores(Stream stream, const ScoreArguments &arguments);

} // namespace tradewind::cuda
