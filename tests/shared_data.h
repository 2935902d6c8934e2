// SPDX-License-Identifier: Apache-2.0
// Where tests find golden numbers and real weights that are too large for the project; absent on most machines.
#pragma once

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

// False, after printing a line that says so, where the golden numbers are absent.
inline bool have_shared(const char *what)
{
    if (std::filesystem::exists(shared_path("goldens"))) return true;
    std::printf("SKIPPED: %s needs ../shared\n", what);
    return false;
}

// Files of the project's own under tests/data (environment TRADEWIND_TEST_DATA).
inline std::string data_path(const std::string &relative)
{
    const char *root = std::getenv("TRADEWIND_TEST_DATA");
    return std::string(root ? root : "tests/data") + "/" + relative;
}
