// SPDX-License-Identifier: Apache-2.0
// What a detector holds.
#pragma once

#include "detector/plan.h"
#include "targets/arena.h"

#include <mutex>

namespace tradewind {

struct Detector::State {
    State(Model m, std::shared_ptr<Target> t, DetectorOptions o)
        : State(std::move(m), t, std::move(o), t->shared_weights(), std::make_shared<std::mutex>())
    {
    }
    State(Model m, std::shared_ptr<Target> t, DetectorOptions o, std::shared_ptr<SharedWeights> s,
          std::shared_ptr<std::mutex> c)
        : model(std::move(m)), target(std::move(t)), options(std::move(o)), shared(std::move(s)),
          compiling(std::move(c)), plans(options.plans, options.plan_bytes, !is_gpu(*target))
    {
        if (is_gpu(*target))
            options.arena.reset(); // it keeps the values of several pictures at once, where it likes
        else if (!options.arena)
            options.arena = std::make_shared<Arena>();
    }

    Model model;
    std::shared_ptr<Target> target;
    DetectorOptions options;
    std::shared_ptr<SharedWeights> shared;
    std::shared_ptr<std::mutex> compiling; // one of all twins at a time
    PlanCache plans;
    std::set<std::string> algorithms;
};

} // namespace tradewind
