// SPDX-License-Identifier: Apache-2.0
// One picture through everything: read, decode, detect; what goes wrong with it becomes its record.
#pragma once

#include "cli/inputs.h"
#include "detector/ensemble.h"
#include "output/writer.h"

namespace tradewind::cli {

struct Looked {
    Record record;                  // with an error, or with detections
    std::optional<Picture> picture; // none where there is an error
    bool out_of_memory = false;
};

// Warns of what went wrong. Throws what is not the picture's fault. `checksum`: whether record.sha256 is wanted.
Looked detect_one(Ensemble &ensemble, const Input &input, std::int64_t image_id, bool checksum);

// The exit code of a run of which some pictures failed: where memory sufficed for none, that is the cause, not they.
int exit_code_of(std::size_t pictures, std::size_t failed, std::size_t out_of_memory);

} // namespace tradewind::cli
