// SPDX-License-Identifier: Apache-2.0
// What a detector holds.
#pragma once

#include "detector/plan.h"

namespace tradewind {

struct Detector::State {
    State(Model m, std::unique_ptr<Target> t, DetectorOptions o)
        : model(std::move(m)), target(std::move(t)), options(std::move(o)), shared(target->shared_weights()),
          plans(options.plans, options.plan_bytes)
    {
    }

    Model model;
    std::unique_ptr<Target> target;
    DetectorOptions options;
    std::shared_ptr<SharedWeights> shared;
    PlanCache plans;
};

} // namespace tradewind
