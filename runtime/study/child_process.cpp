// SPDX-License-Identifier: Apache-2.0
// Children: fork and exec, pipes, time limits.
#include "study/child_process.h"

#include "tensor/error.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tradewind {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_output = std::size_t{64} << 20, most_error = std::size_t{1} << 16;
constexpr int longest_wait = 20; // milliseconds between looks at a child that has closed its outputs

struct Pipe {
    int read_end = -1, write_end = -1;

    Pipe()
    {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0)
            throw Error(ErrorCode::failed, std::string("there can be no further process: ") + std::strerror(errno));
        read_end = ends[0];
        write_end = ends[1];
    }
    ~Pipe()
    {
        close_write_end();
        close(read_end);
    }
    Pipe(const Pipe &) = delete;
    Pipe &operator=(const Pipe &) = delete;

    void close_write_end()
    {
        if (write_end >= 0) close(write_end);
        write_end = -1;
    }
};

void write_file(const char *path, const char *text)
{
    const int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    (void)!write(file, text, std::strlen(text));
    close(file);
}

// Between fork and exec: only calls that are safe after a signal.
[[noreturn]] void become(const char *program, char *const *arguments, const Pipe &output, const Pipe &error,
                         pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127); // it died before that
    write_file("/proc/self/oom_score_adj", "500");
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(nothing, STDIN_FILENO);
    dup2(output.write_end, STDOUT_FILENO);
    dup2(error.write_end, STDERR_FILENO);
    execv(program, arguments);
    const char *reason = strerrordesc_np(errno);
    (void)!write(STDERR_FILENO, reason, std::strlen(reason));
    _exit(127);
}

pid_t start(const ChildRequest &request, const Pipe &output, const Pipe &error)
{
    std::vector<char *> arguments = {const_cast<char *>("tradewind")};
    for (const auto &argument : request.arguments) arguments.push_back(const_cast<char *>(argument.c_str()));
    arguments.push_back(nullptr);
    const pid_t parent = getpid(), child = fork();
    if (child == 0) become(request.program.c_str(), arguments.data(), output, error, parent);
    if (child < 0)
        throw Error(ErrorCode::failed, std::string("there can be no further process: ") + std::strerror(errno));
    return child;
}

// Ends the child if nobody has waited for it.
class Child {
public:
    explicit Child(pid_t id) : id_(id) {}
    ~Child()
    {
        if (ended_) return;
        kill(id_, SIGKILL);
        while (waitpid(id_, &status_, 0) < 0 && errno == EINTR) {
        }
    }
    Child(const Child &) = delete;
    Child &operator=(const Child &) = delete;

    bool ended()
    {
        if (!ended_ && waitpid(id_, &status_, WNOHANG) == id_) ended_ = true;
        return ended_;
    }
    void end_now()
    {
        kill(id_, SIGKILL);
        while (!ended()) usleep(1000);
    }
    int status() const { return status_; }

private:
    pid_t id_;
    int status_ = 0;
    bool ended_ = false;
};

// False at its end.
bool take(int descriptor, std::string &text, std::size_t most)
{
    char block[1 << 14];
    const ssize_t count = read(descriptor, block, sizeof block);
    if (count < 0) return errno == EINTR || errno == EAGAIN;
    text.append(block, static_cast<std::size_t>(count));
    if (text.size() > most) text.erase(0, text.size() - most); // the end tells more
    return count > 0;
}

int milliseconds_until(Clock::time_point deadline)
{
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left + 1, 0, 3'600'000));
}

// A signal may have met the child as well, and the child may have been faster.
bool asked_to_stop(int descriptor)
{
    pollfd wait{descriptor, POLLIN, 0};
    return descriptor >= 0 && poll(&wait, 1, 0) > 0;
}

std::string last_line(std::string text)
{
    text.erase(text.find_last_not_of(" \r\n") + 1);
    return text.substr(text.rfind('\n') + 1);
}

// Reads both outputs until they are closed and the child has ended, or has to.
void follow(Child &child, const Pipe &output, const Pipe &error, const ChildRequest &request, ChildEnd &end,
            std::string &errors)
{
    const auto deadline =
        Clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(request.timeout_seconds * 1e3));
    pollfd waits[] = {{output.read_end, POLLIN, 0}, {error.read_end, POLLIN, 0}, {request.stop_descriptor, POLLIN, 0}};
    const auto open_ends = [&] { return waits[0].fd >= 0 || waits[1].fd >= 0; };
    while (open_ends() || !child.ended()) {
        int wait = request.timeout_seconds > 0 ? milliseconds_until(deadline) : -1;
        if (!open_ends()) wait = wait < 0 ? longest_wait : std::min(wait, longest_wait);
        if (poll(waits, 3, wait) < 0) // a signal: what it says of the descriptors is old
            for (auto &descriptor : waits) descriptor.revents = 0;
        end.stopped = waits[2].revents != 0;
        end.timed_out = !end.stopped && request.timeout_seconds > 0 && Clock::now() >= deadline;
        if (end.stopped || end.timed_out) return child.end_now();
        if (waits[0].revents && !take(output.read_end, end.output, most_output)) waits[0].fd = -1;
        if (waits[1].revents && !take(error.read_end, errors, most_error)) waits[1].fd = -1;
    }
}

} // namespace

std::string ChildEnd::told() const
{
    if (timed_out) return "it took longer than the study allows";
    if (stopped) return "it was stopped";
    const std::string why = last_error.empty() ? "" : ": " + last_error;
    if (signal == SIGKILL) return "ended by signal 9 (Killed), as by a system that has no more memory" + why;
    if (signal) return "ended by signal " + std::to_string(signal) + " (" + strsignal(signal) + ")" + why;
    return exit_code == 0 ? "" : "exit code " + std::to_string(exit_code) + why;
}

ChildEnd run_child(const ChildRequest &request)
{
    ChildEnd end;
    std::string errors;
    Pipe output, error;
    Child child(start(request, output, error));
    output.close_write_end();
    error.close_write_end();
    follow(child, output, error, request, end, errors);
    if (asked_to_stop(request.stop_descriptor) && child.status() != 0) end.stopped = true;
    if (WIFEXITED(child.status())) end.exit_code = WEXITSTATUS(child.status());
    if (WIFSIGNALED(child.status())) end.signal = WTERMSIG(child.status());
    end.last_error = last_line(errors);
    return end;
}

} // namespace tradewind
