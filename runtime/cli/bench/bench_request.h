// SPDX-License-Identifier: Apache-2.0
// What the options of bench ask for.
#pragma once

#include "cli/flags.h"
#include "config/settings.h"
#include "study/measurement.h"

namespace tradewind::cli {

std::vector<Flag> bench_flags();

struct BenchRequest {
    MeasurementOptions measurement;
    double limit = 0.05;          // --max-regress, as a part
    std::optional<Result> before; // --compare
    std::string output, trace;    // paths; empty: none
    bool strict = false;          // what is not decided does not pass
    bool overwrite = false, json = false, profile = false, coloured = false;
};

// Throws Error(usage) for values that make no sense and a file to compare with that is no result, Error(failed) for
// files that exist and may not be replaced: before any work is done.
BenchRequest bench_request(const Flags &flags, const Settings &run);

} // namespace tradewind::cli
