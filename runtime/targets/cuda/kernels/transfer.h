// SPDX-License-Identifier: Apache-2.0
// Into the network and out of it: pictures are resized, storages converted, outputs gathered.
#pragma once

#include "image/resize.h"
#include "targets/cuda/kernels/element.h"
#include "targets/cuda/kernels/launch.h"

namespace tradewind::cuda {

// What lies in one slot of the staging memory.
struct StagedPicture {
    std::int64_t offset = 0;            // of its 8-bit RGB pixels from the first picture's
    std::int32_t height = 0, width = 0; // 0: none, the input of this slot stays as it is
    ResizeMethod method = ResizeMethod::bilinear;
};

struct ResizeArguments {
    const StagedPicture *pictures = nullptr; // on the device, one for each slot
    const std::uint8_t *pixels = nullptr;
    float *to = nullptr; // slots x height x width x 3
    std::int32_t slots = 1, height = 1, width = 1;
};

// The arithmetic of image/resize_sampling.h.
void resize_pictures(Stream stream, const ResizeArguments &arguments);

// `pictures` times `count` elements, those of one picture `from_stride` after those of the one before; written without
// gaps.
struct ConversionArguments {
    const void *from = nullptr;
    Storage from_storage = Storage::f32;
    std::int64_t from_stride = 0, count = 0, pictures = 1;
    void *to = nullptr;
    Storage to_storage = Storage::f32;
};

void convert(Stream stream, const ConversionArguments &arguments);

// One graph output, `rows` rows of `row` elements for each picture; rows that are not live become zeros.
struct GatheredOutput {
    const void *from = nullptr;
    Storage storage = Storage::f32;
    std::int64_t stride = 0, rows = 1, row = 1;
    const float *live = nullptr; // null: all rows
    std::int64_t live_stride = 0;
    std::int64_t to = 0; // where the first picture's elements go; the others' follow
};

constexpr int most_gathered = 16;

struct GatherArguments {
    GatheredOutput outputs[most_gathered];
    std::int32_t count = 0, pictures = 1;
    float *to = nullptr;
};

void gather(Stream stream, const GatherArguments &arguments);

} // namespace tradewind::cuda
