// SPDX-License-Identifier: Apache-2.0
// The same work in several threads.
#pragma once

#include <cstddef>
#include <functional>

namespace tradewind {

// Calls work(i, meet) for i = 0..count-1, each in a thread of its own, but a single one in the calling thread. meet()
// returns once all have called it (as often) or ended. When all have ended, the first exception that
// one threw is thrown here.
void in_streams(std::size_t count,
                const std::function<void(std::size_t stream, const std::function<void()> &meet)> &work);

} // namespace tradewind
