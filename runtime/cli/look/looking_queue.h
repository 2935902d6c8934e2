// SPDX-License-Identifier: Apache-2.0
// Pictures on their way: in the order of the inputs where they come in and go out; between, several threads decode them
// and several detect in as many at once as share a run.
#pragma once

#include "cli/look/look.h"

#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>

namespace tradewind::cli {

struct QueueLimits {
    std::size_t pictures = 1; // on their way at once
    std::size_t bytes = 1;    // of decoded pixels, above which no further picture is decoded
    std::size_t batch = 1;    // that share a run
};

// A picture on its way. Whoever is given one has it alone until it is handed on.
struct Traveller {
    Task task;
    Looked looked;
    std::exception_ptr failure;              // what ends the run when its turn comes
    std::vector<std::int64_t> resized_sides; // Ensemble::resized_sides: pictures that agree share a run
    std::size_t order = 0;                   // of the inputs
    bool finished = false;
};

// Functions wait until there is something to do; once the queue is stopped, they say that there is nothing more. [any
// thread]
class LookingQueue {
public:
    explicit LookingQueue(QueueLimits limits) : limits_(limits) {}

    // Where pictures come in: one thread.
    bool wait_for_room();
    void add(Task task);
    void end(std::exception_ptr failure = nullptr); // of the inputs; the failure's turn comes after all of them

    Traveller *next_to_decode();         // null: none will come
    void decoded(Traveller &traveller);  // with its picture or an error
    std::vector<Traveller *> next_run(); // decoded, of one size; empty: none will come
    void detected(const std::vector<Traveller *> &run);
    void looked_at(Traveller &traveller); // instead of both, by whoever decodes and detects

    // Where they go out: one thread, in order. None at the end; throws what ended the run instead.
    std::optional<Looked> next_result();

    void stop();
    // From any thread that cannot go on (no memory even to say so of a picture): stops; next_result() throws this.
    void fail(std::exception_ptr failure) noexcept;

private:
    bool more_may_be_decoded() const;
    std::vector<Traveller *> take_run();

    const QueueLimits limits_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Traveller> travellers_;     // references stay
    std::deque<Traveller *> to_decode_;    // in order, so that the first of all never waits for those behind it
    std::size_t decoding_ = 0, bytes_ = 0; // bytes_: of decoded pictures that have not gone out
    std::map<std::vector<std::int64_t>, std::deque<Traveller *>> to_detect_;
    std::size_t added_ = 0;
    bool ended_ = false, stopped_ = false;
    std::exception_ptr failure_; // the first of fail()
};

} // namespace tradewind::cli
