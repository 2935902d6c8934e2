// SPDX-License-Identifier: Apache-2.0
// From a graph and its memory plan to steps on the device.
#pragma once

#include "targets/cuda/outputs.h"
#include "targets/cuda/schedule.h"
#include "targets/cuda/step.h"

namespace tradewind::cuda {

// What an executable consists of, all in memory of one pool.
struct Assembled {
    std::vector<std::shared_ptr<void>> memory; // arena, constants, workspace, converted inputs
    std::vector<DeviceView> inputs;            // of the graph
    std::vector<OutputView> outputs;
    std::vector<ScheduledStep> steps;
    std::vector<Placement> placements;
    std::size_t activation_bytes = 0, weight_bytes = 0, scratch_bytes = 0;
};

// Throws Error(failed), naming the node, for an op that has no step.
Assembled assemble(Graph &graph, const MemoryPlan &plan, StepContext &context, bool only_measure);

} // namespace tradewind::cuda
