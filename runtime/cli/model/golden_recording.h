// SPDX-License-Identifier: Apache-2.0
// --record-golden: a bundle gets a record of what its network computes.
#pragma once

#include "cli/flags.h"
#include "detector/golden.h"

#include <optional>

namespace tradewind::cli {

struct GoldenRecording {
    std::string picture_name; // "picture:300x300", or the file's name without its folder
    Picture picture;
    std::string target;
};

// From --record-golden and --target; none without the former. Reads the picture. Throws Error(usage) for --target alone
// and Error(input) for what is no picture.
std::optional<GoldenRecording> golden_recording(const Flags &flags);

// Runs the network of the bundle.
void record(const GoldenRecording &recording, Registry &registry, Bundle &bundle);

} // namespace tradewind::cli
