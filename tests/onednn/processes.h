// SPDX-License-Identifier: Apache-2.0
// The same work in several processes at once.
#pragma once

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>
#include <vector>

// Calls work(number of the process) in each, and checks that all end well. What runs there must not have a team of
// OpenMP's threads behind it.
template <class Work> void in_processes(int count, Work &&work)
{
    std::vector<pid_t> children;
    for (int i = 0; i < count; ++i) {
        const pid_t child = fork();
        if (child == 0) {
            work(i);
            _exit(0);
        }
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = 1;
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(status == 0);
    }
}
