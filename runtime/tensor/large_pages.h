// SPDX-License-Identifier: Apache-2.0
// Memory of the system in large pages.
#pragma once

#include "tensor/tensor.h"

#include <memory>
#include <mutex>

namespace tradewind {

inline constexpr std::size_t large_page = std::size_t{2} << 20;
inline std::size_t in_large_pages(std::size_t bytes) { return (bytes + large_page - 1) / large_page * large_page; }
// Where the first one begins, of memory that has one more than it needs.
std::byte *first_large_page(void *memory);
// Asks the system to use large pages for whole ones from there on; a wish.
void ask_for_large_pages(std::byte *first, std::size_t bytes);

// Zero-filled memory of the system's own, aligned to large pages, which it is asked for; only pages that have been
// touched take up room. Throws std::bad_alloc. [any]
std::shared_ptr<std::byte> large_pages_of(std::size_t bytes);

// Tensors that lie one after another in large pages: a network that reads all of them in turn finds few pages to look
// up. Each is aligned to 64 bytes; what lies between its ends goes back to the system with its last copy. [any]
class LargePages {
public:
    Tensor take(const Shape &shape, ElementType type); // zero-filled; throws std::bad_alloc

private:
    void begin(std::size_t least);

    std::mutex mutex_;
    std::shared_ptr<std::byte> chunk_;
    std::size_t chunk_bytes_ = 0, used_ = 0;
};

} // namespace tradewind
