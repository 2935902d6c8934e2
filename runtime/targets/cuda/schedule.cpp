// SPDX-License-Identifier: Apache-2.0
// Steps between events.
#include "targets/cuda/schedule.h"

namespace tradewind::cuda {

void Schedule::prepare()
{
    for (std::size_t i = 1; i <= steps_.size(); ++i)
        if (i == steps_.size() || steps_[i].post_processing != steps_[i - 1].post_processing) turns_.push_back(i);
    for (std::size_t i = 0; i <= turns_.size(); ++i) turn_events_.push_back(device_.make_event());
}

void Schedule::run(Stream stream)
{
    turn_events_[0]->record(stream);
    std::size_t next = 0;
    for (std::size_t turn = 0; turn < turns_.size(); ++turn) {
        for (; next < turns_[turn]; ++next) steps_[next].step->run(stream);
        turn_events_[turn + 1]->record(stream);
    }
}

void Schedule::run_timing_each(Stream stream)
{
    while (step_events_.size() <= steps_.size()) step_events_.push_back(device_.make_event());
    turn_events_[0]->record(stream);
    step_events_[0]->record(stream);
    std::size_t turn = 0;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        steps_[i].step->run(stream);
        step_events_[i + 1]->record(stream);
        if (turns_[turn] == i + 1) turn_events_[++turn]->record(stream);
    }
}

RunTimes Schedule::times() const
{
    RunTimes times;
    for (std::size_t i = 0; i < turns_.size(); ++i) {
        const bool post = steps_[turns_[i] - 1].post_processing;
        (post ? times.postprocess : times.network) += turn_events_[i + 1]->milliseconds_since(*turn_events_[i]);
    }
    return times;
}

std::vector<NodeSpan> Schedule::spans(double start) const
{
    std::vector<NodeSpan> all;
    for (std::size_t i = 0; i < steps_.size(); ++i)
        all.push_back({steps_[i].placement, start + step_events_[i]->milliseconds_since(*step_events_[0]),
                       start + step_events_[i + 1]->milliseconds_since(*step_events_[0])});
    return all;
}

} // namespace tradewind::cuda
