// SPDX-License-Identifier: Apache-2.0
// Affinity and cgroup quotas (version 2: cpu.max; version 1: cpu.cfs_quota_us), as Linux reports them.
#include "targets/usable_threads.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <string>

namespace tradewind {
namespace {

constexpr double unlimited = std::numeric_limits<double>::infinity();

int processors()
{
    cpu_set_t set;
    CPU_ZERO(&set);
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set)
                                                       : static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
}

// "max 100000" or "150000 100000"
double quota_v2(const std::string &folder)
{
    std::ifstream file(folder + "/cpu.max");
    double quota = 0, period = 0;
    return file >> quota >> period && quota > 0 && period > 0 ? quota / period : unlimited;
}

double quota_v1(const std::string &folder)
{
    std::ifstream quota_file(folder + "/cpu.cfs_quota_us"), period_file(folder + "/cpu.cfs_period_us");
    double quota = 0, period = 0;
    return quota_file >> quota && period_file >> period && quota > 0 && period > 0 ? quota / period : unlimited;
}

// The tightest quota of a group and of those around it.
template <class Quota> double tightest(const std::string &root, std::string group, Quota quota)
{
    double least = quota(root);
    for (; group.size() > 1; group.erase(group.rfind('/'))) least = std::min(least, quota(root + group));
    return least;
}

// Lines are "0::/group" in version 2 and "4:cpu,cpuacct:/group" in version 1.
double cgroup_quota()
{
    double least = unlimited;
    std::ifstream groups("/proc/self/cgroup");
    for (std::string line; std::getline(groups, line);) {
        const auto first = line.find(':'), second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos) continue;
        const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",",
                          group = line.substr(second + 1);
        if (controllers == ",,") least = std::min(least, tightest("/sys/fs/cgroup", group, quota_v2));
        if (controllers.find(",cpu,") != std::string::npos)
            least = std::min(least, tightest("/sys/fs/cgroup/cpu", group, quota_v1));
    }
    return least;
}

} // namespace

int usable_threads()
{
    const double quota = std::ceil(cgroup_quota());
    const int allowed = processors();
    return std::max(1, quota < allowed ? static_cast<int>(quota) : allowed);
}

} // namespace tradewind
