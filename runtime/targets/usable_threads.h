// SPDX-License-Identifier: Apache-2.0
// Which processors the process may use, and how many threads that makes.
#pragma once

#include <istream>
#include <string>
#include <vector>

namespace tradewind {

// The processors that the calling thread may run on, and no more of them than its cgroup's quota (rounded up); at least
// 1. [any thread]
int usable_threads();

// Their numbers, ascending, whatever the quota; empty where the system does not say. [any thread]
std::vector<int> allowed_processors();

// The tightest quota, in processors, of a cgroup and of those around it; infinite where there is none. `groups`: lines
// of /proc/self/cgroup; `root`: where cgroups are mounted (/sys/fs/cgroup), version 1 with its controllers below.
double processor_quota(std::istream &groups, const std::string &root);

// The calling thread, and those that it starts, run on these processors alone from now on; false where the system
// refuses that.
bool pin_to(const std::vector<int> &processors);

// Within its life, the calling thread and those that it starts run on these processors alone; none given, or refused by
// the system: nothing changes. Threads that it has started by then stay where they are.
class PinnedScope {
public:
    explicit PinnedScope(const std::vector<int> &processors);
    ~PinnedScope();
    PinnedScope(const PinnedScope &) = delete;
    PinnedScope &operator=(const PinnedScope &) = delete;

private:
    std::vector<unsigned long> before_; // as the system has it, a bit for each; empty: nothing has changed
};

} // namespace tradewind
