// SPDX-License-Identifier: Apache-2.0
// Threads, one barrier.
#include "study/streams.h"

#include "tensor/error.h"

#include <atomic>
#include <barrier>
#include <exception>
#include <system_error>
#include <thread>
#include <vector>

namespace tradewind {

void in_streams(std::size_t count,
                const std::function<void(std::size_t stream, const std::function<void()> &meet)> &work)
{
    if (count == 1) return work(0, [] {});
    std::barrier<> barrier(static_cast<std::ptrdiff_t>(count));
    std::atomic<bool> abandoned = false;
    std::vector<std::exception_ptr> failures(count);
    std::vector<std::thread> threads;
    threads.reserve(count);
    const auto meet = [&] {
        barrier.arrive_and_wait();
        if (abandoned) throw Error(ErrorCode::resource, "not all streams could be started");
    };
    const auto stream = [&](std::size_t i) {
        try {
            meet(); // nobody begins before all are there
            work(i, meet);
        } catch (...) {
            failures[i] = std::current_exception();
        }
        barrier.arrive_and_drop();
    };
    try {
        while (threads.size() < count) threads.emplace_back(stream, threads.size());
    } catch (const std::system_error &) {
        abandoned = true;
        for (std::size_t i = threads.size(); i < count; ++i) barrier.arrive_and_drop();
    }
    for (auto &thread : threads) thread.join();
    if (abandoned)
        throw Error(ErrorCode::resource, "the system starts no more threads for this process: give fewer --streams");
    for (const auto &failure : failures)
        if (failure) std::rethrow_exception(failure);
}

} // namespace tradewind
