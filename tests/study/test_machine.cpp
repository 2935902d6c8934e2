// SPDX-License-Identifier: Apache-2.0
// What the system tells.
#include "study/machine.h"
#include "study/waiting.h"
#include "targets/usable_threads.h"
#include "tensor/clock.h"

#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <sched.h>
#include <thread>

using namespace tradewind;

TEST_CASE("the machine has a name, cores and memory")
{
    const MachineFacts facts = machine_facts();
    CHECK(!facts.cpu.empty());
    CHECK(facts.system.starts_with("Linux "));
    CHECK(facts.cores == usable_threads());
    CHECK(facts.memory_bytes > 64'000'000);
}

TEST_CASE("the age of the process grows as time does")
{
    const double a = milliseconds_now(), before = process_age(), b = milliseconds_now();
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    const double c = milliseconds_now(), after = process_age(), d = milliseconds_now();
    CHECK(before >= 0);
    CHECK(before < 600'000);
    CHECK(after - before > c - b - 0.1); // however long others hold this thread up
    CHECK(after - before < d - a + 0.1);
}

TEST_CASE("two threads on one processor wait for each other")
{
    cpu_set_t one, before;
    REQUIRE(sched_getaffinity(0, sizeof before, &before) == 0);
    CPU_ZERO(&one);
    for (int i = 0; CPU_COUNT(&one) == 0; ++i)
        if (CPU_ISSET(i, &before)) CPU_SET(i, &one);
    REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0); // a new thread inherits it
    const auto spin = [] {
        for (const double start = milliseconds_now(); milliseconds_now() - start < 60;) {
        }
    };
    std::atomic<bool> started = false, measured = false;
    std::thread other([&] {
        started = true;
        spin();
        while (!measured) std::this_thread::yield();
    });
    while (!started) std::this_thread::yield();
    const RunDelay delay;
    const double waited = delay.milliseconds();
    spin();
    const double more = delay.milliseconds() - waited;
    measured = true;
    other.join();
    REQUIRE(sched_setaffinity(0, sizeof before, &before) == 0);
    if (!std::filesystem::exists("/proc/self/schedstat")) {
        MESSAGE("skipped: this system keeps no statistics of its scheduler");
        return;
    }
    CHECK(waited >= 0);
    CHECK(more > 15); // half of the time each, were they alone
}

TEST_CASE("what is stolen only grows")
{
    const double before = stolen_from_machine();
    CHECK(before >= 0);
    CHECK(stolen_from_machine() >= before);
}
