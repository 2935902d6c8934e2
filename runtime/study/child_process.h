// SPDX-License-Identifier: Apache-2.0
// One program run to its end, with what it printed.
#pragma once

#include <string>
#include <vector>

namespace tradewind {

struct ChildRequest {
    std::string program;                // a path
    std::vector<std::string> arguments; // without the program's name
    double timeout_seconds = 0;         // 0: none
    int stop_descriptor = -1;           // the child is ended once this can be read; -1: never
};

struct ChildEnd {
    int exit_code = -1; // -1: it did not exit by itself
    int signal = 0;     // that ended it; 0: none
    bool timed_out = false, stopped = false;
    std::string output;     // standard output
    std::string last_error; // the last line of standard error

    // "exit code 6: there is not enough memory", "ended by signal 9 (Killed)": one sentence, unless it went well.
    std::string told() const;
};

// Waits for the child, which dies with this process, whatever that dies of; where memory is short, the system takes the
// child first. Call it from a thread that outlives the child. Throws Error(failed) when there can be no child; a
// program that cannot be run is an exit code 127.
ChildEnd run_child(const ChildRequest &request);

} // namespace tradewind
