// SPDX-License-Identifier: Apache-2.0
// Threads, one barrier.
#include "study/streams.h"

#include <barrier>
#include <exception>
#include <thread>
#include <vector>

namespace tradewind {

void in_streams(std::size_t count,
                const std::function<void(std::size_t stream, const std::function<void()> &meet)> &work)
{
    if (count == 1) return work(0, [] {});
    std::barrier<> barrier(static_cast<std::ptrdiff_t>(count));
    std::vector<std::exception_ptr> failures(count);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < count; ++i)
        threads.emplace_back([&, i] {
            try {
                work(i, [&] { barrier.arrive_and_wait(); });
            } catch (...) {
                failures[i] = std::current_exception();
            }
            barrier.arrive_and_drop();
        });
    for (auto &thread : threads) thread.join();
    for (const auto &failure : failures)
        if (failure) std::rethrow_exception(failure);
}

} // namespace tradewind
