// SPDX-License-Identifier: Apache-2.0
// Whole processes: from their start to their last printed line, and the most memory they held.
#pragma once

#include <string>
#include <vector>

struct ProcessRun {
    double milliseconds = 0; // from fork to the end of standard output
    double peak_megabytes = 0;
    int status = -1; // exit status
    std::string output;
};

// Runs a program with arguments; throws std::runtime_error when it cannot be started.
ProcessRun run_process(const std::vector<std::string> &command);
