// SPDX-License-Identifier: Apache-2.0
// --max-memory of a process that computes itself: what to do without so that it stays below.
#pragma once

#include "detector/detector.h"

namespace tradewind::cli {

struct MemoryWish {
    std::size_t most; // bytes of the process
    std::size_t streams;
    bool fewer_streams; // may be chosen
};

struct MemoryFit {
    std::size_t streams;
    Tuning tuning;
    std::size_t picture_bytes; // left for the decoded pictures of each stream; 0: nobody knows
    std::string compromise;    // in a sentence for a user; empty: all is as wished for
};

// Told for a usual picture, with room for larger ones, before anything large is in memory: as many streams as fit, up
// to those wished for, and plain algorithms only where not even one does. Throws Error(resource), with what is needed
// and what would help, where nothing fits. All models are on this target in each stream.
MemoryFit fit_memory(const std::vector<Model> &models, Target &target, const DetectorOptions &options,
                     const MemoryWish &wish);

} // namespace tradewind::cli
