// SPDX-License-Identifier: Apache-2.0
// DetectorOptions::process_memory: what stays below a limit of the process's memory.
#pragma once

#include "detector/plan.h"

namespace tradewind {

// Before a plan for this size is compiled: drops kept plans, the least recently used first, until the process would
// stay below the limit with it. Throws Error(resource), saying what is needed, where it would not without any. `shared`
// may be null.
void make_room_in_process(const Model &model, Target &target, const DetectorOptions &options, ImageSize size,
                          const SharedWeights *shared, PlanCache &plans);

} // namespace tradewind
