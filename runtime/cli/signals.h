// SPDX-License-Identifier: Apache-2.0
// Being stopped, and being left by whoever reads standard output.
#pragma once

namespace tradewind::cli {

struct Interrupted {
    int signal;
};
struct ReaderHasLeft {};

// SIGINT, SIGTERM and SIGHUP are noted and acted upon between inputs, and end a wait for standard input; a second one
// ends the process at once. SIGPIPE is ignored, so that writes fail instead.
void catch_signals();

// Standard descriptors that are closed become /dev/null, so that no file of ours is opened as one of them and printed
// into.
void fill_standard_descriptors();

int noted_signal(); // 0: none

// Throws Interrupted once a signal has come.
void stop_if_asked();

// After a failed write to standard output: whether nobody reads it any more.
bool reader_has_left();

} // namespace tradewind::cli
