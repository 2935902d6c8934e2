// SPDX-License-Identifier: Apache-2.0
// Pictures through everything: read, decode, detect; what goes wrong with one becomes its record.
#pragma once

#include "cli/inputs.h"
#include "detector/ensemble.h"
#include "output/writer.h"

namespace tradewind::cli {

struct Task {
    Input input;
    std::int64_t image_id = 0;
    std::function<ImageSize(ImageSize)> enough = {}; // DecodeLimits::enough
};

struct Looked {
    Record record;                  // with an error, or with detections
    std::optional<Picture> picture; // none where there is an error
    bool out_of_memory = false;
    std::string warning; // of what went wrong, to be said when its turn comes
};

// Both throw what is not a picture's fault. [any thread]

// Reads and decodes. `checksum`: whether record.sha256 is wanted.
Looked open_picture(const Task &task, bool checksum);

// Detects in pictures that are open, all at once. Where that is one picture's fault, one by one.
void detect_in(Ensemble &ensemble, std::span<Looked *const> pictures);

// The exit code of a run of which some pictures failed: where memory sufficed for none, that is the cause, not they.
int exit_code_of(std::size_t pictures, std::size_t failed, std::size_t out_of_memory);

} // namespace tradewind::cli
