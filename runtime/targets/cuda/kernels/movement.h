// SPDX-License-Identifier: Apache-2.0
// Kernels that move elements, whatever these mean.
#pragma once

#include "targets/cuda/kernels/items.h"

#include <vector>

namespace tradewind::cuda {

constexpr std::size_t most_parts = 64;

// Of each picture: `rows` rows, each of them the next `length` elements of every part in turn. At most most_parts.
struct ConcatArguments {
    struct Part {
        MapsIn x;
        std::int64_t length = 1;
    };

    MapBatch batch; // all rows are written, live or not
    std::int64_t rows = 1;
    std::vector<Part> parts;
    MapsOut y;
};

void concat(Stream stream, const ConcatArguments &arguments);

// Zeros around maps of `height` lines of `length` elements (width x channels).
struct PadArguments {
    MapBatch batch; // all rows are written, live or not
    std::int64_t maps = 1, height = 1, length = 1;
    std::int64_t top = 0, bottom = 0, left = 0, right = 0; // top and bottom in lines, left and right in elements
    MapsIn x;
    MapsOut y;
};

void pad(Stream stream, const PadArguments &arguments);

} // namespace tradewind::cuda
