// SPDX-License-Identifier: Apache-2.0
// The steps of a network in order, with the clock.
#pragma once

#include "targets/cuda/step.h"

namespace tradewind::cuda {

struct ScheduledStep {
    std::unique_ptr<Step> step;
    std::size_t placement = 0; // index into Executable::placements
    bool post_processing = false;
};

// Takes the time where the network ends and post-processing begins, and back; for spans, at every step.
class Schedule {
public:
    explicit Schedule(Device &device) : device_(device) {}

    void add(ScheduledStep step) { steps_.push_back(std::move(step)); }
    void prepare(); // after the last add

    void run(Stream stream);             // may be recorded
    void run_timing_each(Stream stream); // not
    RunTimes times() const;              // of the last run, after synchronize(): network and postprocess
    // Of the last run_timing_each; `start`: when it began, by tensor/clock.h.
    std::vector<NodeSpan> spans(double start) const;

private:
    Device &device_;
    std::vector<ScheduledStep> steps_;
    std::vector<std::size_t> turns_;                  // steps at which the kind of work changes, and the end
    std::vector<std::unique_ptr<Event>> turn_events_; // one more than turns: the begin
    std::vector<std::unique_ptr<Event>> step_events_; // one more than steps, once asked for
};

} // namespace tradewind::cuda
