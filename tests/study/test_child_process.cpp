// SPDX-License-Identifier: Apache-2.0
// Children that end well, badly, never, or by a signal.
#include "study_folder.h"

#include "study/child_process.h"

#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace tradewind;

namespace {

ChildEnd shell(const std::string &script, double timeout = 20)
{
    return run_child({"/bin/sh", {"-c", script}, timeout, -1});
}

double seconds_of(const std::function<void()> &action)
{
    const auto start = std::chrono::steady_clock::now();
    action();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

bool runs(pid_t id) { return kill(id, 0) == 0; }

} // namespace

TEST_CASE("a child's outputs and its end are told")
{
    const ChildEnd good = shell("echo one; echo two >&2");
    CHECK(good.exit_code == 0);
    CHECK(good.output == "one\n");
    CHECK(good.last_error == "two");
    CHECK(good.told() == "");
    const ChildEnd bad = shell("echo first >&2; printf 'last line' >&2; exit 6");
    CHECK(bad.told() == "exit code 6: last line");
    CHECK(shell("kill -SEGV $$").told() == "ended by signal 11 (Segmentation fault)");
    CHECK(shell("kill -KILL $$").told().find("ended by signal 9") == 0);
    const ChildEnd none = run_child({"/nowhere/program", {}, 20, -1});
    CHECK(none.told() == "exit code 127: No such file or directory");
}

TEST_CASE("outputs larger than a pipe do not block")
{
    const ChildEnd end =
        shell("head -c 3000000 /dev/zero | tr '\\0' 'x'; head -c 3000000 /dev/zero | tr '\\0' 'y' >&2");
    CHECK(end.exit_code == 0);
    CHECK(end.output.size() == 3'000'000);
}

TEST_CASE("a child that takes too long is ended, also when it has closed its outputs")
{
    ChildEnd end;
    CHECK(seconds_of([&] { end = shell("exec sleep 30", 0.2); }) < 10);
    CHECK(end.timed_out);
    CHECK(seconds_of([&] { end = shell("exec sleep 30 >&- 2>&-", 0.2); }) < 10);
    CHECK(end.told() == "it took longer than the study allows");
    CHECK(!shell("exec >&- 2>&-; sleep 0.3; exit 0").timed_out);
}

TEST_CASE("a child is ended when a descriptor says so")
{
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    std::thread later([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        (void)!write(ends[1], "x", 1);
    });
    ChildEnd end;
    CHECK(seconds_of([&] { end = run_child({"/bin/sh", {"-c", "exec sleep 30"}, 0, ends[0]}); }) < 10);
    later.join();
    CHECK(end.stopped);
    close(ends[0]);
    close(ends[1]);
}

TEST_CASE("a child does not outlive a parent that is killed")
{
    const StudyFolder folder;
    const pid_t parent = fork();
    if (parent == 0) {
        run_child({"/bin/sh",
                   {"-c", "echo $$ > " + folder.path("id.new") + "; mv " + folder.path("id.new") + " " +
                              folder.path("id") + "; exec sleep 60"},
                   0,
                   -1});
        _exit(0);
    }
    while (folder.read("id").empty()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const auto child = static_cast<pid_t>(std::stol(folder.read("id")));
    CHECK(runs(child));
    kill(parent, SIGKILL);
    waitpid(parent, nullptr, 0);
    bool gone = false;
    for (int i = 0; i < 1000 && !gone; ++i) {
        gone = !runs(child);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    CHECK(gone);
}
