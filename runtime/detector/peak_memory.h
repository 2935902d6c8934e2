// SPDX-License-Identifier: Apache-2.0
// The memory that a process needs to detect, told before it does.
#pragma once

#include "detector/detector.h"

namespace tradewind {

// Bytes. What is small is measured instead of counted: `base` is what this process has when the network is compiled but
// for its weights and values. That is the program, its libraries, the code that the target has made for the network,
// the network's description, and weights in memory that are no part of a mapped file.
struct PeakMemory {
    std::size_t base = 0;
    MemoryNeed network;
    std::size_t picture = 0; // decoded
    std::size_t running = 0; // stacks of threads, results and what else only a run has: a constant

    // With so many streams, each with values, scratch memory, pictures and a run of its own; weights are shared.
    std::size_t total(std::size_t streams) const;
};

// Of detectors that run one after the other in each stream: weights add up, and the largest takes the room for values.
PeakMemory together(const PeakMemory &earlier, const PeakMemory &later);

// Of one process that detects in one picture of this size, with a model that has weights, or would have them from a
// bundle. Zeros where the system does not tell what a process has.
PeakMemory predict_peak_memory(const Model &model, Target &target, const DetectorOptions &options, ImageSize picture);

} // namespace tradewind
