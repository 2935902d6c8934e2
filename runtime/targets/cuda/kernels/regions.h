// SPDX-License-Identifier: Apache-2.0
// What kernels read that look at a map at boxes.
#pragma once

#include "targets/cuda/kernels/element.h"
#include "targets/cuda/kernels/launch.h"

#include <cstdint>

namespace tradewind::cuda {

// Each picture has a map h x w x c of `storage`, boxes `rows` x 4 as parts of the map's extent, and a count: how many
// of the boxes are live. Strides are elements from one picture to the next. Results of other boxes are not written.
struct Regions {
    Storage storage = Storage::f32;
    const void *map = nullptr;
    const float *boxes = nullptr, *counts = nullptr;
    std::int64_t map_stride = 0, boxes_stride = 0, counts_stride = 0;
    int height = 1, width = 1, channels = 1, rows = 0;
    std::int64_t pictures = 1;
};

} // namespace tradewind::cuda
