// SPDX-License-Identifier: Apache-2.0
// run.json: what a run was, so that it can be repeated.
#pragma once

#include "detector/detector.h"

namespace tradewind::cli {

struct RunCounts {
    std::size_t inputs = 0, failed = 0, detections = 0;
    std::size_t out_of_memory = 0; // of those that failed
    double seconds = 0;
};

// One JSON document: versions, plugins, model with its checksum, target, settings of the run and of the model, counts.
// `end`: "complete", "interrupted" or "failed".
std::string run_record(const Detector &detector, const Settings &run, const RunCounts &counts, const char *end);

} // namespace tradewind::cli
