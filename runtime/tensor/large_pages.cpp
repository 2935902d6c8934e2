// SPDX-License-Identifier: Apache-2.0
// Small pages cost time where the weights of a network are in no cache: each 4 KiB has to be looked up.
#include "tensor/large_pages.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <new>

namespace tradewind {
namespace {

constexpr std::size_t alignment = 64, chunk_bytes = std::size_t{256} << 20; // addresses, not memory

std::size_t up_to_multiple(std::size_t bytes, std::size_t of) { return (bytes + of - 1) / of * of; }

// Pages that neighbours share stay.
void give_back(std::byte *memory, std::size_t bytes)
{
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const auto start = reinterpret_cast<std::uintptr_t>(memory);
    const std::size_t first = up_to_multiple(start, page), last = (start + bytes) / page * page;
    if (first < last) madvise(reinterpret_cast<void *>(first), last - first, MADV_DONTNEED);
}

} // namespace

std::byte *first_large_page(void *memory)
{
    return static_cast<std::byte *>(memory) + (large_page - reinterpret_cast<std::uintptr_t>(memory) % large_page);
}

void ask_for_large_pages([[maybe_unused]] std::byte *first, [[maybe_unused]] std::size_t bytes)
{
#ifdef MADV_HUGEPAGE
    (void)madvise(first, bytes / large_page * large_page, MADV_HUGEPAGE);
#endif
}

// Large pages begin at multiples of their size: what is mapped is larger by one, of which nothing is touched.
std::shared_ptr<std::byte> large_pages_of(std::size_t bytes)
{
    const std::size_t mapped = bytes + large_page;
    void *memory = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    std::byte *const first = first_large_page(memory);
    ask_for_large_pages(first, bytes);
    return {first, [memory, mapped](std::byte *) { munmap(memory, mapped); }};
}

// Where addresses are limited, as much as is needed now.
void LargePages::begin(std::size_t least)
{
    std::size_t bytes = std::max(least, chunk_bytes);
    try {
        chunk_ = large_pages_of(bytes);
    } catch (const std::bad_alloc &) {
        chunk_ = large_pages_of(bytes = least);
    }
    chunk_bytes_ = bytes;
    used_ = 0;
}

Tensor LargePages::take(const Shape &shape, ElementType type)
{
    const auto count = static_cast<std::size_t>(element_count(shape));
    const std::size_t bytes = up_to_multiple(std::max<std::size_t>(count * byte_size(type), 1), alignment);
    const std::lock_guard lock(mutex_);
    if (bytes > chunk_bytes_ - used_) begin(in_large_pages(bytes));
    std::byte *const at = chunk_.get() + used_;
    used_ += bytes;
    const auto chunk = chunk_;
    return {shape, type, at, std::shared_ptr<void>(at, [chunk, bytes](void *from) {
                give_back(static_cast<std::byte *>(from), bytes);
            })};
}

} // namespace tradewind
