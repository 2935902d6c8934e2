// SPDX-License-Identifier: Apache-2.0
// Signals.
#include "cli/signals.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <initializer_list>
#include <unistd.h>

namespace tradewind::cli {
namespace {

volatile std::sig_atomic_t noted = 0;
std::atomic<bool> waits_ended = false;
int wake[2] = {-1, -1}; // a pipe that gets a byte at a signal: waits watch it, so that none is missed between two looks

void note(int signal)
{
    const int before = errno;
    noted = signal;
    std::signal(signal, SIG_DFL);
    (void)!write(wake[1], "", 1);
    errno = before;
}

// Who ignores a signal for us (nohup, the background of a script) has a reason.
void catch_unless_ignored(int signal)
{
    struct sigaction action {
    }, before{}; // without SA_RESTART: waits return
    action.sa_handler = note;
    if (sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
}

} // namespace

void catch_signals()
{
    (void)!pipe2(wake, O_CLOEXEC | O_NONBLOCK);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) catch_unless_ignored(signal);
    for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN); // the write fails, which is told
}

void fill_standard_descriptors()
{
    for (int descriptor = 0; descriptor <= 2; ++descriptor)
        if (fcntl(descriptor, F_GETFD) < 0 && errno == EBADF)
            (void)!open("/dev/null", O_RDWR); // the lowest free one: this
}

int signal_descriptor() { return wake[0]; }

int noted_signal() { return noted; }

void stop_if_asked()
{
    if (noted) throw Interrupted{noted};
    if (waits_ended) throw WaitsEnded{};
}

void end_waits()
{
    waits_ended = true;
    (void)!write(wake[1], "", 1);
}

void resume_waits()
{
    waits_ended = false;
    char bytes[16];
    while (read(wake[0], bytes, sizeof bytes) > 0) {
    }
    if (noted) (void)!write(wake[1], "", 1); // which may have been among these
}

bool reader_has_left() { return errno == EPIPE; }

} // namespace tradewind::cli
