// SPDX-License-Identifier: Apache-2.0
// One lock, one condition: what changes for one may change for all.
#include "cli/look/looking_queue.h"

#include <algorithm>
#include <utility>

namespace tradewind::cli {
namespace {

std::size_t bytes_of(const Traveller &traveller)
{
    return traveller.looked.picture ? traveller.looked.picture->rgb.size() : 0;
}

} // namespace

bool LookingQueue::wait_for_room()
{
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopped_ || travellers_.size() < limits_.pictures; });
    return !stopped_;
}

void LookingQueue::add(Task task)
{
    const std::lock_guard lock(mutex_);
    Traveller &traveller = travellers_.emplace_back();
    traveller.task = std::move(task);
    traveller.order = added_++;
    to_decode_.push_back(&traveller);
    changed_.notify_all();
}

void LookingQueue::end(std::exception_ptr failure)
{
    const std::lock_guard lock(mutex_);
    if (failure) {
        Traveller &traveller = travellers_.emplace_back();
        traveller.failure = std::move(failure);
        traveller.finished = true;
    }
    ended_ = true;
    changed_.notify_all();
}

Traveller *LookingQueue::next_to_decode()
{
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
        return stopped_ || (ended_ && to_decode_.empty()) || (!to_decode_.empty() && bytes_ < limits_.bytes);
    });
    if (stopped_ || to_decode_.empty()) return nullptr;
    Traveller *next = to_decode_.front();
    to_decode_.pop_front();
    ++decoding_;
    return next;
}

void LookingQueue::decoded(Traveller &traveller)
{
    const std::lock_guard lock(mutex_);
    --decoding_;
    bytes_ += bytes_of(traveller);
    traveller.finished = traveller.failure || !traveller.looked.picture;
    if (!traveller.finished) to_detect_[traveller.resized_sides].push_back(&traveller);
    changed_.notify_all();
}

// Whether a run that is not full may yet be filled without anybody waiting for this one.
bool LookingQueue::more_may_be_decoded() const
{
    return decoding_ > 0 || (!to_decode_.empty() && bytes_ < limits_.bytes);
}

// A full run, or the one with the first picture where no more is to come for now.
std::vector<Traveller *> LookingQueue::take_run()
{
    auto chosen = std::find_if(to_detect_.begin(), to_detect_.end(),
                               [&](const auto &group) { return group.second.size() >= limits_.batch; });
    if (chosen == to_detect_.end() && !more_may_be_decoded())
        chosen = std::min_element(to_detect_.begin(), to_detect_.end(), [](const auto &a, const auto &b) {
            return a.second.front()->order < b.second.front()->order;
        });
    if (chosen == to_detect_.end()) return {};
    auto &group = chosen->second;
    const auto end = group.begin() + static_cast<std::ptrdiff_t>(std::min(group.size(), limits_.batch));
    std::vector<Traveller *> run(group.begin(), end);
    group.erase(group.begin(), end);
    if (group.empty()) to_detect_.erase(chosen);
    return run;
}

std::vector<Traveller *> LookingQueue::next_run()
{
    std::unique_lock lock(mutex_);
    std::vector<Traveller *> run;
    changed_.wait(lock, [&] {
        if (!stopped_) run = take_run();
        return stopped_ || !run.empty() || (ended_ && to_decode_.empty() && decoding_ == 0 && to_detect_.empty());
    });
    return run;
}

void LookingQueue::detected(const std::vector<Traveller *> &run)
{
    const std::lock_guard lock(mutex_);
    for (Traveller *traveller : run) traveller->finished = true;
    changed_.notify_all();
}

void LookingQueue::looked_at(Traveller &traveller)
{
    const std::lock_guard lock(mutex_);
    --decoding_;
    bytes_ += bytes_of(traveller);
    traveller.finished = true;
    changed_.notify_all();
}

std::optional<Looked> LookingQueue::next_result()
{
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return failure_ || (travellers_.empty() ? ended_ : travellers_.front().finished); });
    if (failure_) std::rethrow_exception(failure_);
    if (travellers_.empty()) return std::nullopt;
    if (travellers_.front().failure) std::rethrow_exception(travellers_.front().failure);
    bytes_ -= bytes_of(travellers_.front());
    Looked looked = std::move(travellers_.front().looked);
    travellers_.pop_front();
    changed_.notify_all();
    return looked;
}

void LookingQueue::stop()
{
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
}

void LookingQueue::fail(std::exception_ptr failure) noexcept
{
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(failure);
    stopped_ = true;
    changed_.notify_all();
}

} // namespace tradewind::cli
