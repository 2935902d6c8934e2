// SPDX-License-Identifier: Apache-2.0
// Using so many threads.
#pragma once

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

// That, or what the calling thread uses when this is less.
int at_most(int threads);

} // namespace tradewind::onednn
