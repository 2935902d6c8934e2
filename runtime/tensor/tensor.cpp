// SPDX-License-Identifier: Apache-2.0
// Memory of tensors.
#include "tensor/tensor.h"

#include "tensor/error.h"
#include "tensor/large_pages.h"

#include <cstdint>
#include <cstdlib>
#include <new>

#include <sys/mman.h>
#include <unistd.h>

namespace tradewind {
namespace {

constexpr std::size_t alignment = 64;

// The heap keeps what is freed between what is not; of large pieces that would be too much.
constexpr std::size_t large = std::size_t{1} << 18;

// Walking through maps of many megabytes in small pages costs networks several percent of their time.
constexpr std::size_t worth_large_pages = std::size_t{8} << 20;

std::shared_ptr<void> zeros_of_the_system(std::size_t size)
{
    if (size >= worth_large_pages) return large_pages_of(size);
    void *memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    return {memory, [size](void *first) { munmap(first, size); }};
}

std::shared_ptr<void> zeros(std::size_t size)
{
    if (size >= large) return zeros_of_the_system(size);
    void *memory = std::aligned_alloc(alignment, size);
    if (!memory) throw std::bad_alloc();
    std::memset(memory, 0, size);
    return {memory, std::free};
}

} // namespace

std::size_t byte_size(ElementType type)
{
    switch (type) {
    case ElementType::f32:
    case ElementType::i32:
        return 4;
    case ElementType::i64:
        return 8;
    case ElementType::bf16:
        return 2;
    case ElementType::u8:
    case ElementType::i8:
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
    case ElementType::bf16:
        return "bf16";
    case ElementType::i8:
        return "i8";
    }
    return "?";
}

Tensor::Tensor(Shape shape, ElementType type) : shape_(std::move(shape)), type_(type)
{
    const auto memory = zeros((bytes() + alignment) / alignment * alignment); // never zero: empty() means "no tensor"
    data_ = static_cast<std::byte *>(memory.get());
    owner_ = memory;
}

Tensor::Tensor(Shape shape, ElementType type, const void *data, std::shared_ptr<const void> owner, Backing backing)
    : shape_(std::move(shape)), type_(type), data_(const_cast<std::byte *>(static_cast<const std::byte *>(data))),
      owner_(std::move(owner)), backing_(backing)
{
}

// Pages shared with neighbours go too: they come back as well.
void Tensor::release_pages() const
{
    if (backing_ != Backing::file) return;
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const auto first = reinterpret_cast<std::uintptr_t>(data_) / page * page;
    const auto last = reinterpret_cast<std::uintptr_t>(data_) + bytes();
    madvise(reinterpret_cast<void *>(first), last - first, MADV_DONTNEED);
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
