// SPDX-License-Identifier: Apache-2.0
// Where and how a run computes: targets, streams, batches, precision, memory.
#pragma once

#include "cli/flags.h"
#include "config/settings.h"
#include "detector/detector.h"

namespace tradewind::cli {

// The targets of one run, spread over its streams in turn.
class Computing {
public:
    // As section [run] says. A target is opened at once where that may go wrong: a GPU, a precision. Throws
    // Error(usage) for settings that do not go together, and what open_target() throws.
    explicit Computing(const Settings &run);

    std::size_t streams() const { return streams_; }

    // A new target for a detector of this stream. What is worth knowing is said once.
    std::unique_ptr<Target> open(std::size_t stream);

    // Options of such a detector: all classes; warnings and signals as the program has them. `detectors`: how many a
    // stream has, which share its part of a GPU's memory.
    DetectorOptions options(std::size_t stream, std::size_t detectors = 1) const;

private:
    std::vector<std::string> devices_; // by name
    std::size_t streams_;
    DetectorOptions options_;
    std::unique_ptr<Target> opened_; // for whoever asks first
};

// Flags for the keys of [run] that this reads.
std::vector<Flag> computing_flags();

} // namespace tradewind::cli
