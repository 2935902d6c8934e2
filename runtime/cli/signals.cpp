// SPDX-License-Identifier: Apache-2.0
// Signals.
#include "cli/signals.h"

#include <cerrno>
#include <csignal>

namespace tradewind::cli {
namespace {

volatile std::sig_atomic_t noted = 0;

void note(int signal)
{
    noted = signal;
    std::signal(signal, SIG_DFL);
}

} // namespace

void catch_signals()
{
    std::signal(SIGINT, note);
    std::signal(SIGTERM, note);
    std::signal(SIGPIPE, SIG_IGN);
}

void stop_if_asked()
{
    if (noted) throw Interrupted{noted};
}

bool reader_has_left() { return errno == EPIPE; }

} // namespace tradewind::cli
