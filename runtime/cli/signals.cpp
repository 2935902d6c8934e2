// SPDX-License-Identifier: Apache-2.0
// Signals.
#include "cli/signals.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

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
    struct sigaction action {}; // without SA_RESTART: a read of standard input returns
    action.sa_handler = note;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGHUP, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

void fill_standard_descriptors()
{
    for (int descriptor = 0; descriptor <= 2; ++descriptor)
        if (fcntl(descriptor, F_GETFD) < 0 && errno == EBADF)
            (void)!open("/dev/null", O_RDWR); // the lowest free one: this
}

int noted_signal() { return noted; }

void stop_if_asked()
{
    if (noted) throw Interrupted{noted};
}

bool reader_has_left() { return errno == EPIPE; }

} // namespace tradewind::cli
