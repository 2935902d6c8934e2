// SPDX-License-Identifier: Apache-2.0
// Being stopped, and being left by whoever reads standard output.
#pragma once

namespace tradewind::cli {

struct Interrupted {
    int signal;
};
struct ReaderHasLeft {};

// SIGINT, SIGTERM and SIGHUP, unless they are ignored already, are noted and acted upon between inputs and kernels, and
// end waits for input; a second one ends the process at once. SIGPIPE and SIGXFSZ are ignored, so that writes fail.
void catch_signals();

// Standard descriptors that are closed become /dev/null, so that no file of ours is opened as one of them and printed
// into.
void fill_standard_descriptors();

int noted_signal();      // 0: none
int signal_descriptor(); // can be read once a signal has come: for waits

// Throws Interrupted once a signal has come.
void stop_if_asked();

// After a failed write to standard output: whether nobody reads it any more.
bool reader_has_left();

} // namespace tradewind::cli
