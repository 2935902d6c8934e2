// SPDX-License-Identifier: Apache-2.0
// run.json: what a run was, so that it can be repeated.
#pragma once

#include "config/settings.h"
#include "detector/ensemble.h"

#include <set>

namespace tradewind::cli {

struct RunCounts {
    std::size_t inputs = 0, failed = 0, detections = 0;
    std::size_t out_of_memory = 0; // of those that failed
    double seconds = 0;
};

// What stays the same during a run: versions, plugins and model with their checksums, target, settings. Made before it
// begins, because files may change or go while it goes on.
class RunRecord {
public:
    RunRecord(const Ensemble &ensemble, const Settings &run, std::size_t streams);

    // One JSON document. `end`: "complete", "interrupted" or "failed". `algorithms`: of all plans, which are made by
    // then: Executable::algorithms.
    std::string text(const RunCounts &counts, const char *end, const std::set<std::string> &algorithms) const;

private:
    std::string head_, computed_, settings_;
};

} // namespace tradewind::cli
