// SPDX-License-Identifier: Apache-2.0
// Affinity and quotas, of this process and of made-up control groups.
#include "targets/usable_threads.h"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <unistd.h>

using namespace tradewind;

namespace {

struct Groups {
    std::filesystem::path root =
        std::filesystem::temp_directory_path() / ("tradewind-groups-" + std::to_string(getpid()));

    Groups() { std::filesystem::create_directories(root); }
    ~Groups() { std::filesystem::remove_all(root); }

    void write(const std::string &file, const std::string &text) const
    {
        std::filesystem::create_directories((root / file).parent_path());
        std::ofstream(root / file) << text;
    }

    double quota(const std::string &lines) const
    {
        std::istringstream groups(lines);
        return processor_quota(groups, root.string());
    }
};

} // namespace

TEST_CASE("quotas of control groups, version 2")
{
    const Groups groups;
    CHECK(std::isinf(groups.quota("0::/\n")));
    groups.write("cpu.max", "max 100000\n");
    CHECK(std::isinf(groups.quota("0::/\n")));
    groups.write("a/b/cpu.max", "150000 100000\n");
    CHECK(groups.quota("0::/a/b\n") == 1.5);
    CHECK(std::isinf(groups.quota("0::/a\n")));
    groups.write("a/cpu.max", "50000 100000\n"); // the tighter one, around it
    CHECK(groups.quota("0::/a/b\n") == 0.5);
    CHECK(groups.quota("0::/a/b/c/d\n") == 0.5);
    groups.write("a/cpu.max", "nonsense\n");
    CHECK(groups.quota("0::/a/b\n") == 1.5);
    groups.write("a/cpu.max", "-1 100000\n");
    CHECK(groups.quota("0::/a/b\n") == 1.5);
}

TEST_CASE("quotas of control groups, version 1")
{
    const Groups groups;
    groups.write("cpu/docker/cpu.cfs_quota_us", "250000\n");
    groups.write("cpu/docker/cpu.cfs_period_us", "100000\n");
    CHECK(groups.quota("12:memory:/docker\n4:cpu,cpuacct:/docker\n") == 2.5);
    CHECK(std::isinf(groups.quota("4:cpuset:/docker\n")));
    groups.write("cpu/docker/cpu.cfs_quota_us", "-1\n");
    CHECK(std::isinf(groups.quota("4:cpu,cpuacct:/docker\n")));
}

TEST_CASE("damaged lines are passed over")
{
    const Groups groups;
    groups.write("a/cpu.max", "100000 100000\n");
    CHECK(std::isinf(groups.quota("")));
    CHECK(groups.quota("nonsense\n:\n0::/a\n") == 1);
    CHECK(std::isinf(groups.quota("0::\n")));
}

TEST_CASE("a pinned thread runs on its processors alone, as do those it starts, and is free again afterwards")
{
    const auto before = allowed_processors();
    REQUIRE_FALSE(before.empty());
    CHECK(static_cast<int>(before.size()) >= usable_threads());
    {
        const PinnedScope pinned({before.back()});
        CHECK(allowed_processors() == std::vector{before.back()});
        CHECK(usable_threads() == 1);
        std::vector<int> of_started;
        std::thread([&] { of_started = allowed_processors(); }).join();
        CHECK(of_started == std::vector{before.back()});
    }
    CHECK(allowed_processors() == before);
}

TEST_CASE("pinning to nothing, or to what there is not, changes nothing")
{
    const auto before = allowed_processors();
    const PinnedScope none({}), absent({8191});
    CHECK(allowed_processors() == before);
}
