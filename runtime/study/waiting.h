// SPDX-License-Identifier: Apache-2.0
// How much others on the machine are in the way.
#pragma once

#include <vector>

namespace tradewind {

// How long the threads of this process, those that there are when this is made, have been ready to run but waited for a
// processor, all added up. A wait delays by no more than its own length, so its growth, taken from a wall clock, leaves
// at most what an undisturbed run would have taken.
class RunDelay {
public:
    RunDelay();
    ~RunDelay();
    RunDelay(const RunDelay &) = delete;
    RunDelay &operator=(const RunDelay &) = delete;

    // Since the threads began; those that have ended since count no more. 0 where the system does not tell. Takes about
    // a microsecond for each thread. [any thread]
    double milliseconds() const;

private:
    std::vector<int> files_; // /proc/self/task/N/schedstat
};

// Milliseconds of processors that whoever runs this virtual machine gave to others, since it was started ("steal" of
// /proc/stat). 0 where the system does not tell. [any thread]
double stolen_from_machine();

} // namespace tradewind
