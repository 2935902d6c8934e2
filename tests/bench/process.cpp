// SPDX-License-Identifier: Apache-2.0
// fork, exec, a pipe and wait4.
#include "process.h"

#include "stopwatch.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

namespace {

[[noreturn]] void become(const std::vector<std::string> &command, int output)
{
    dup2(output, STDOUT_FILENO);
    std::vector<char *> arguments;
    for (const auto &argument : command) arguments.push_back(const_cast<char *>(argument.c_str()));
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
}

} // namespace

ProcessRun run_process(const std::vector<std::string> &command)
{
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("cannot make a pipe");
    const double start = milliseconds_now();
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("cannot fork");
    if (child == 0) {
        close(ends[0]);
        become(command, ends[1]);
    }
    close(ends[1]);
    ProcessRun run;
    char buffer[4096];
    for (ssize_t count; (count = read(ends[0], buffer, sizeof buffer)) > 0;)
        run.output.append(buffer, static_cast<std::size_t>(count));
    run.milliseconds = milliseconds_now() - start;
    close(ends[0]);
    int status = 0;
    rusage usage{};
    wait4(child, &status, 0, &usage);
    run.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    run.peak_megabytes = static_cast<double>(usage.ru_maxrss) / 1024;
    return run;
}
