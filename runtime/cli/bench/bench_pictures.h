// SPDX-License-Identifier: Apache-2.0
// The pictures of a benchmark.
#pragma once

#include "cli/flags.h"
#include "study/pipeline.h"

namespace tradewind::cli {

struct BenchPictures {
    std::vector<PictureSource> sources; // at least one
    std::string described;              // "picture:480x640", "12 pictures: photos/"
    double prepared = 0;                // milliseconds that making them took, which no user's picture takes
};

// What the inputs name; none: picture:480x640. Made-up pictures become JPEG bytes at once, so that decoding them is
// real; files are read each time. Throws Error(input) for an input that is no file: what is left out silently would not
// be measured.
BenchPictures bench_pictures(const Flags &flags);

} // namespace tradewind::cli
