// SPDX-License-Identifier: Apache-2.0
// crop_and_resize.
#pragma once

#include "targets/cuda/kernels/regions.h"

namespace tradewind::cuda {

struct CropArguments {
    Regions regions;
    int height = 1, width = 1; // of a crop
    float extrapolation = 0;
    void *crops = nullptr; // rows x height x width x c of the map's storage, aligned to 16 bytes
    std::int64_t crops_stride = 0;
};

void crop_and_resize(Stream stream, const CropArguments &arguments);

} // namespace tradewind::cuda
