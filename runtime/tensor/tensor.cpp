// SPDX-License-Identifier: Apache-2.0
// Memory of tensors.
#include "tensor/tensor.h"

#include "tensor/error.h"

#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace tradewind {

std::size_t byte_size(ElementType type)
{
    switch (type) {
    case ElementType::f32:
    case ElementType::i32:
        return 4;
    case ElementType::i64:
        return 8;
    case ElementType::u8:
        return 1;
    }
    return 0;
}

const char *to_string(ElementType type)
{
    switch (type) {
    case ElementType::f32:
        return "f32";
    case ElementType::i32:
        return "i32";
    case ElementType::i64:
        return "i64";
    case ElementType::u8:
        return "u8";
    }
    return "?";
}

namespace {

// Walking through maps of many megabytes in small pages costs networks several percent of their time.
constexpr std::size_t worth_huge_pages = std::size_t{8} << 20, huge_page = std::size_t{2} << 20;

void ask_for_huge_pages([[maybe_unused]] void *memory, [[maybe_unused]] std::size_t size)
{
#ifdef MADV_HUGEPAGE
    (void)madvise(memory, size, MADV_HUGEPAGE); // a wish
#endif
}

} // namespace

Tensor::Tensor(Shape shape, ElementType type) : shape_(std::move(shape)), type_(type)
{
    const bool large = bytes() >= worth_huge_pages;
    const std::size_t alignment = large ? huge_page : 64;
    const auto size = (bytes() + alignment) / alignment * alignment; // never zero: empty() means "no tensor"
    void *memory = std::aligned_alloc(alignment, size);
    if (!memory) throw std::bad_alloc();
    if (large) ask_for_huge_pages(memory, size);
    std::memset(memory, 0, size);
    owner_ = std::shared_ptr<void>(memory, std::free);
    data_ = static_cast<std::byte *>(memory);
}

Tensor::Tensor(Shape shape, ElementType type, const void *data, std::shared_ptr<const void> owner)
    : shape_(std::move(shape)), type_(type), data_(const_cast<std::byte *>(static_cast<const std::byte *>(data))),
      owner_(std::move(owner))
{
}

Tensor Tensor::reshaped(Shape shape) const
{
    if (element_count(shape) != count())
        throw Error(ErrorCode::failed, to_string(shape_) + " cannot be seen as " + to_string(shape));
    Tensor other = *this;
    other.shape_ = std::move(shape);
    return other;
}

} // namespace tradewind
