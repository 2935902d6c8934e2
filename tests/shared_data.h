// SPDX-License-Identifier: Apache-2.0
// Where tests find golden numbers and real weights that are too large for the project; absent on most machines.
#pragma once

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

// The root that holds goldens/ and assets/ (environment TRADEWIND_SHARED); a path that need not exist.
inline std::string shared_path(const std::string &relative)
{
    const char *root = std::getenv("TRADEWIND_SHARED");
    return std::string(root ? root : "../shared") + "/" + relative;
}

// Says, once for each case, that it is skipped and why; results are counted by these lines.
inline void say_skipped(const std::string &what, const char *needs)
{
    static const void *said = nullptr;
    const void *now = doctest::getContextOptions()->currentTest;
    if (now != said) std::printf("SKIPPED: %s needs %s\n", what.c_str(), needs);
    said = now;
}

// False, after saying so, where the golden numbers are absent. Cases return then.
inline bool have_shared(const char *what)
{
    if (std::filesystem::exists(shared_path("goldens"))) return true;
    say_skipped(what, "../shared");
    return false;
}

// Files of the project's own under tests/data (environment TRADEWIND_TEST_DATA).
inline std::string data_path(const std::string &relative)
{
    const char *root = std::getenv("TRADEWIND_TEST_DATA");
    return std::string(root ? root : "tests/data") + "/" + relative;
}
