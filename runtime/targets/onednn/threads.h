// SPDX-License-Identifier: Apache-2.0
// Using so many threads.
#pragma once

#include "targets/usable_threads.h"

namespace tradewind::onednn {

// Within its life, parallel regions entered by the calling thread use `count` threads.
class ThreadScope {
public:
    explicit ThreadScope(int count);
    ~ThreadScope();
    ThreadScope(const ThreadScope &) = delete;
    ThreadScope &operator=(const ThreadScope &) = delete;

private:
    int before_;
};

// The processors of a team of so many threads, one each, where it has all that the process may use; else none. None too
// where OpenMP's own variables say where threads belong.
std::vector<int> team_processors(int threads);

// Within its life, the calling thread runs on the first of these processors, and stays with its threads of OpenMP,
// which run on the others for good: one that sleeps is otherwise often woken on the processor of the thread that waits
// for it, and both lose a time slice. No processors: only a ThreadScope.
class TeamScope {
public:
    TeamScope(int threads, const std::vector<int> &processors);

private:
    ThreadScope threads_;
    PinnedScope caller_;
};

// That, or what the calling thread uses when this is less.
int at_most(int threads);

} // namespace tradewind::onednn
