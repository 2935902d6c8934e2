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

// Room for this many: Linux has none with more.
constexpr int most_processors = 8192;

using Mask = std::vector<unsigned long>;
constexpr int bits = 8 * sizeof(unsigned long);

// glibc's set of fixed size ends at 1024.
cpu_set_t *as_set(Mask &mask) { return reinterpret_cast<cpu_set_t *>(mask.data()); }
std::size_t bytes_of(const Mask &mask) { return mask.size() * sizeof(unsigned long); }

// Of the calling thread; empty where the system does not say.
Mask allowed_mask()
{
    Mask mask(most_processors / bits);
    return sched_getaffinity(0, bytes_of(mask), as_set(mask)) == 0 ? std::move(mask) : Mask();
}

bool set(Mask &mask) { return sched_setaffinity(0, bytes_of(mask), as_set(mask)) == 0; }

} // namespace

bool pin_to(const std::vector<int> &processors)
{
    Mask mask(most_processors / bits);
    for (const int processor : processors)
        mask.at(static_cast<std::size_t>(processor / bits)) |= 1UL << (processor % bits);
    return set(mask);
}

namespace {

int processors()
{
    const auto allowed = allowed_processors();
    return allowed.empty() ? static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)) : static_cast<int>(allowed.size());
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

} // namespace

// Lines are "0::/group" in version 2 and "4:cpu,cpuacct:/group" in version 1.
double processor_quota(std::istream &groups, const std::string &root)
{
    double least = unlimited;
    for (std::string line; std::getline(groups, line);) {
        const auto first = line.find(':'), second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos) continue;
        const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",",
                          group = line.substr(second + 1);
        if (controllers == ",,") least = std::min(least, tightest(root, group, quota_v2));
        if (controllers.find(",cpu,") != std::string::npos)
            least = std::min(least, tightest(root + "/cpu", group, quota_v1));
    }
    return least;
}

std::vector<int> allowed_processors()
{
    const Mask mask = allowed_mask();
    std::vector<int> allowed;
    for (std::size_t i = 0; i < mask.size() * bits; ++i)
        if (mask[i / bits] >> (i % bits) & 1) allowed.push_back(static_cast<int>(i));
    return allowed;
}

PinnedScope::PinnedScope(const std::vector<int> &processors)
{
    auto before = processors.empty() ? Mask() : allowed_mask();
    if (!before.empty() && pin_to(processors)) before_ = std::move(before);
}

PinnedScope::~PinnedScope()
{
    if (!before_.empty()) set(before_);
}

int usable_threads()
{
    std::ifstream groups("/proc/self/cgroup");
    const double quota = std::ceil(processor_quota(groups, "/sys/fs/cgroup"));
    const int allowed = processors();
    return std::max(1, quota < allowed ? static_cast<int>(quota) : allowed);
}

} // namespace tradewind
