// SPDX-License-Identifier: Apache-2.0
// Typed, dense, row-major arrays: Tensor owns (or shares) its memory, TensorView does not.
#pragma once

#include "tensor/shape.h"

#include <cstddef>
#include <cstring>
#include <memory>

namespace tradewind {

enum class ElementType { f32, i32, i64, u8, bf16, i8 };

std::size_t byte_size(ElementType type);
const char *to_string(ElementType type); // "f32"

// A non-owning view; valid as long as the memory it points to.
struct TensorView {
    std::byte *data = nullptr;
    Shape shape;
    ElementType type = ElementType::f32;

    std::int64_t count() const { return element_count(shape); }
    std::size_t bytes() const { return static_cast<std::size_t>(count()) * byte_size(type); }
    float *floats() const { return reinterpret_cast<float *>(data); }
};

// Copies share the memory. Memory is aligned to 64 bytes, except for tensors that wrap foreign memory
// (a mapped file), which are aligned to what the file gives.
class Tensor {
public:
    Tensor() = default;

    // Zero-filled memory of its own. That of a large tensor comes from the system and goes back there with the last
    // copy, and takes up room only where it has been touched.
    explicit Tensor(Shape shape, ElementType type = ElementType::f32);

    // Wraps foreign memory; `owner` keeps it alive. `Backing::file`: it is an unchanged, mapped part of a file.
    enum class Backing { memory, file };
    Tensor(Shape shape, ElementType type, const void *data, std::shared_ptr<const void> owner,
           Backing backing = Backing::memory);

    // A hint that the values are not needed soon: a mapped part of a file leaves memory, and is read again when it is
    // looked at. Nothing happens to other tensors. [any]
    void release_pages() const;
    bool is_mapped() const { return backing_ == Backing::file; }

    bool empty() const { return data_ == nullptr; }
    const Shape &shape() const { return shape_; }
    ElementType type() const { return type_; }
    std::int64_t count() const { return element_count(shape_); }
    std::size_t bytes() const { return static_cast<std::size_t>(count()) * byte_size(type_); }

    const std::byte *data() const { return data_; }
    std::byte *data() { return data_; }
    const float *floats() const { return reinterpret_cast<const float *>(data_); }
    float *floats() { return reinterpret_cast<float *>(data_); }

    TensorView view() { return {data_, shape_, type_}; }
    TensorView view() const { return {data_, shape_, type_}; } // for reading

    // The same elements under another shape of equal count.
    Tensor reshaped(Shape shape) const;

private:
    Shape shape_;
    ElementType type_ = ElementType::f32;
    std::byte *data_ = nullptr;
    std::shared_ptr<const void> owner_;
    Backing backing_ = Backing::memory;
};

} // namespace tradewind
