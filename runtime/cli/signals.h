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

// Throws Interrupted once a signal has come, and WaitsEnded while waits are ended. [any thread]
void stop_if_asked();

// Ends what other threads wait for and compute, as a signal does, until waits are resumed: for a thread that joins
// them.
struct WaitsEnded {};
void end_waits();
void resume_waits();

// After a failed write to standard output: whether nobody reads it any more.
bool reader_has_left();

} // namespace tradewind::cli
