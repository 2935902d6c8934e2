// SPDX-License-Identifier: Apache-2.0
// Addresses are reserved far ahead; memory comes and goes below them.
#include "targets/arena.h"

#include "tensor/large_pages.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <set>

namespace tradewind {
namespace {

// Of addresses alone, of which there are enough. Where a limit (ulimit -v) refuses so many, a claim gets its own.
constexpr std::size_t reserved_ahead = std::size_t{16} << 30;

std::size_t whole_pages(std::size_t bytes)
{
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    return (std::max<std::size_t>(bytes, 1) + page - 1) / page * page;
}

std::byte *reserve(std::size_t bytes)
{
    void *start = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return start == MAP_FAILED ? nullptr : static_cast<std::byte *>(start);
}

} // namespace

struct Arena::Region {
    explicit Region(std::size_t least)
        : reserved(std::max(least, reserved_ahead)), mapped(reserve(reserved + large_page))
    {
        if (!mapped) mapped = reserve((reserved = least) + large_page);
        if (!mapped) throw std::bad_alloc();
        start = first_large_page(mapped);
        ask_for_large_pages(start, reserved);
    }
    ~Region() { munmap(mapped, reserved + large_page); }
    Region(const Region &) = delete;
    Region &operator=(const Region &) = delete;

    void begin(std::size_t bytes)
    {
        const std::lock_guard lock(mutex);
        grow(bytes);
        claims.insert(bytes);
    }

    void end(std::size_t bytes)
    {
        const std::lock_guard lock(mutex);
        claims.erase(claims.find(bytes));
        const std::size_t needed = largest();
        if (needed < in_memory) madvise(start + needed, in_memory - needed, MADV_DONTNEED);
        in_memory = std::min(in_memory, needed);
    }

    std::size_t largest() const { return claims.empty() ? 0 : *claims.rbegin(); }

    std::size_t reserved;
    std::byte *start;
    mutable std::mutex mutex;

private:
    void grow(std::size_t bytes)
    {
        if (bytes <= in_memory) return;
        if (mprotect(start, bytes, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
        // Touched at once, so that the memory of a run does not depend on the picture.
        std::memset(start + in_memory, 0, bytes - in_memory);
        in_memory = bytes;
    }

    std::byte *mapped;
    std::size_t in_memory = 0;
    std::multiset<std::size_t> claims;
};

Arena::Arena() = default;

std::shared_ptr<std::byte> Arena::claim(std::size_t bytes)
{
    const std::lock_guard lock(mutex_);
    const std::size_t needed = whole_pages(bytes);
    auto region = region_.lock();
    if (!region || region->reserved < needed) region_ = region = std::make_shared<Region>(needed);
    region->begin(needed);
    return {region->start, [region, needed](std::byte *) { region->end(needed); }};
}

std::shared_ptr<Arena> Arena::beside()
{
    const std::lock_guard lock(mutex_);
    if (!beside_) beside_ = std::make_shared<Arena>();
    return beside_;
}

std::size_t Arena::bytes() const
{
    const std::lock_guard lock(mutex_);
    const auto region = region_.lock();
    if (!region) return 0;
    const std::lock_guard region_lock(region->mutex);
    return region->largest();
}

} // namespace tradewind
