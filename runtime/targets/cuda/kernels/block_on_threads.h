// SPDX-License-Identifier: Apache-2.0
// Blocks whose work several threads of the host do at once, waiting for one another as threads of a device do. A thread
// sanitizer then finds what they read and write without a wait in between. For tests; part of launch.h.
#pragma once

#include <barrier>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

namespace tradewind::cuda {

class Block {
public:
    static constexpr int workers = 3;

    Block(std::int64_t index, std::int64_t picture, int threads, std::byte *shared, int worker, std::barrier<> &barrier)
        : index_(index), picture_(picture), threads_(threads), shared_(shared), worker_(worker), barrier_(barrier)
    {
    }

    std::int64_t index() const { return index_; }
    std::int64_t picture() const { return picture_; }
    int threads() const { return threads_; }

    template <class F> void each(int count, F f) const
    {
        for (int i = worker_; i < count; i += workers) f(i);
        barrier_.arrive_and_wait();
    }
    template <class F> void once(F f) const
    {
        if (worker_ == 0) f();
        barrier_.arrive_and_wait();
    }
    std::byte *shared() const { return shared_; }

private:
    std::int64_t index_, picture_;
    int threads_;
    std::byte *shared_;
    int worker_;
    std::barrier<> &barrier_;
};

inline void atomic_add(int *to, int value) { __atomic_fetch_add(to, value, __ATOMIC_RELAXED); }

template <class F> void run_block(std::int64_t index, std::int64_t picture, int threads, std::byte *shared, const F &f)
{
    std::barrier<> barrier(Block::workers);
    std::vector<std::jthread> workers;
    for (int worker = 0; worker < Block::workers; ++worker)
        workers.emplace_back([&, worker] { f(Block(index, picture, threads, shared, worker, barrier)); });
}

} // namespace tradewind::cuda
