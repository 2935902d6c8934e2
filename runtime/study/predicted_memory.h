// SPDX-License-Identifier: Apache-2.0
// The peak memory that is told beforehand, without a trace in the process that is measured.
#pragma once

#include "detector/peak_memory.h"
#include "study/pipeline.h"

namespace tradewind {

// predict_peak_memory() for the size of this picture and so many streams, in a child process: it
// compiles the network, after which a first picture would no longer be one. 0 where that fails. Call it while the
// process has one thread.
std::size_t predict_in_child(const Model &model, const std::function<std::unique_ptr<Target>()> &target,
                             const DetectorOptions &options, const PictureSource &picture, std::size_t streams);

} // namespace tradewind
