// SPDX-License-Identifier: Apache-2.0
// How many threads the process may use, and using that many.
#pragma once

namespace tradewind::onednn {

// The processors this process may run on, cut to its cgroup's quota (rounded up); at least 1. [any thread]
int usable_threads();

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

} // namespace tradewind::onednn
