// SPDX-License-Identifier: Apache-2.0
// Being stopped, and being left by whoever reads standard output.
#pragma once

namespace tradewind::cli {

struct Interrupted {
    int signal;
};
struct ReaderHasLeft {};

// SIGINT and SIGTERM are noted and acted upon between inputs; a second one ends the process at once. SIGPIPE is ignored, so that
// writes fail instead.
void catch_signals();

// Throws Interrupted once a signal has come.
void stop_if_asked();

// After a failed write to standard output: whether nobody reads it any more.
bool reader_has_left();

} // namespace tradewind::cli
