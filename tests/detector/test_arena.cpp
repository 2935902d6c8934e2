// SPDX-License-Identifier: Apache-2.0
// Memory that plans share: where it is, how much of it there is, when it goes.
#include "detector/process_memory.h"
#include "targets/arena.h"

#include <doctest/doctest.h>

#include <cstring>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace tradewind;

namespace {

constexpr std::size_t mega = std::size_t{1} << 20;

} // namespace

TEST_CASE("claims lie at one place, and growing moves none")
{
    Arena arena;
    CHECK(arena.bytes() == 0);
    const auto small = arena.claim(1000), large = arena.claim(50 * mega), none = arena.claim(0);
    CHECK(small.get() == large.get());
    CHECK(none.get() == large.get());
    CHECK(reinterpret_cast<std::uintptr_t>(small.get()) % 64 == 0);
    CHECK(arena.bytes() == 50 * mega);
    std::memset(large.get(), 1, 50 * mega);
    CHECK(static_cast<int>(small.get()[999]) == 1);
}

TEST_CASE("what no claim reaches goes back to the system")
{
    Arena arena;
    const auto small = arena.claim(mega);
    const std::size_t before = process_memory().resident;
    auto large = arena.claim(100 * mega);
    std::memset(small.get(), 7, mega);
    CHECK(process_memory().resident > before + 90 * mega);
    large.reset();
    CHECK(arena.bytes() == mega);
    CHECK(process_memory().resident < before + 10 * mega);
    CHECK(static_cast<int>(small.get()[mega - 1]) == 7);
    large = arena.claim(2 * mega);
    large.get()[2 * mega - 1] = std::byte{1};
    CHECK(large.get() == small.get());
}

TEST_CASE("a claim outlives the arena")
{
    auto arena = std::make_unique<Arena>();
    const auto claim = arena->claim(mega);
    arena.reset();
    claim.get()[mega - 1] = std::byte{1};
    CHECK(static_cast<int>(claim.get()[mega - 1]) == 1);
}

TEST_CASE("where addresses are limited, a claim has what it needs or fails")
{
    const pid_t child = fork();
    if (child == 0) {
        const rlimit limit{3000 * mega, 3000 * mega};
        if (setrlimit(RLIMIT_AS, &limit) != 0) _exit(1);
        Arena arena;
        const auto some = arena.claim(mega);
        some.get()[mega - 1] = std::byte{1};
        const auto more = arena.claim(20 * mega);
        more.get()[20 * mega - 1] = std::byte{1};
        if (arena.bytes() != 20 * mega) _exit(2);
        try {
            (void)arena.claim(4000 * mega);
        } catch (const std::bad_alloc &) {
            _exit(0);
        }
        _exit(3);
    }
    REQUIRE(child > 0);
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(status == 0);
}
