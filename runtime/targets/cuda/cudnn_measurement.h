// SPDX-License-Identifier: Apache-2.0
// How long a convolution takes by each engine, on the device itself.
#pragma once

#include "targets/cuda/cudnn_plan.h"

namespace tradewind::cuda {

struct Measured {
    std::shared_ptr<const ConvolutionPlan> plan; // null: none could be measured
    double microseconds = 0;
};

// The fastest of the candidates, each built and run some times as one recording, as networks run it; those that cannot
// be recorded, or need more than plain_workspace(), do not count. Maps and weights are in memory of its own; null
// when there is not enough. Throws Error(failed) when the device was lost.
Measured fastest(const std::vector<Candidate> &candidates, const ConvolutionShape &shape, const PlanDevice &device);

} // namespace tradewind::cuda
