// SPDX-License-Identifier: Apache-2.0
// Each block's size is what malloc made of it.
#include "counted_memory.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <malloc.h>
#include <new>

namespace {

std::atomic<std::size_t> bytes_held{0}, bytes_most{0};

} // namespace

void *operator new(std::size_t size)
{
    void *block = std::malloc(size ? size : 1);
    if (!block) throw std::bad_alloc();
    const std::size_t now = bytes_held += malloc_usable_size(block);
    bytes_most = std::max(bytes_most.load(), now);
    return block;
}

// Sanitisers have one of their own, which does not call the other.
void *operator new(std::size_t size, const std::nothrow_t &) noexcept
{
    try {
        return operator new(size);
    } catch (const std::bad_alloc &) {
        return nullptr;
    }
}

void operator delete(void *block) noexcept
{
    if (block) bytes_held -= malloc_usable_size(block);
    std::free(block);
}

void operator delete(void *block, const std::nothrow_t &) noexcept { operator delete(block); }
void operator delete(void *block, std::size_t) noexcept { operator delete(block); }

namespace counted_memory {

std::size_t held() { return bytes_held; }
std::size_t most() { return bytes_most; }
void start_counting_most() { bytes_most = bytes_held.load(); }

} // namespace counted_memory
