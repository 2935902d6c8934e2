// SPDX-License-Identifier: Apache-2.0
// clip_boxes, scale_boxes, decode_boxes.
#pragma once

#include "ops/box_coder.h"
#include "targets/cuda/kernels/items.h"

namespace tradewind::cuda {

// Results are float32. `pictures` is 1 where all have the same.
struct BoxArguments {
    Storage storage = Storage::f32; // of the boxes
    MapsIn boxes;
    MapsOut results;
    BoxCorners numbers = {}; // the window, or the factors
    std::int64_t count = 0, pictures = 1;
};

void clip_boxes(Stream stream, const BoxArguments &arguments);
void scale_boxes(Stream stream, const BoxArguments &arguments);

struct DecodeArguments {
    Storage storage = Storage::f32;    // of the codes; anchors and deviations are float32
    MapsIn codes, anchors, deviations; // deviations.data null: the coder's own
    MapsOut boxes;
    BoxCoder coder;
    std::int64_t count = 0, codes_of_anchor = 1, pictures = 1;
};

// A processor's exponential function may differ from another's by a unit in the last place; so do the boxes.
void decode_boxes(Stream stream, const DecodeArguments &arguments);

} // namespace tradewind::cuda
