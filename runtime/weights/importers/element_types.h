// SPDX-License-Identifier: Apache-2.0
// TensorFlow's element types (types.proto), as far as weights are made of them.
#pragma once

#include "tensor/tensor.h"

#include <cstdint>
#include <memory>
#include <span>

namespace tradewind::importers {

enum DataType {
    dt_float = 1,
    dt_double = 2,
    dt_int32 = 3,
    dt_uint8 = 4,
    dt_int64 = 9,
    dt_bool = 10,
    dt_bfloat16 = 14,
    dt_half = 19
};

struct StoredType {
    std::size_t bytes;     // of an element in the file
    ElementType element;   // what it becomes
    const char *converted; // "F16": the name of the type that converted_to_f32 takes; null: the bytes stay
};

// Null for types that no weight has (texts, complex and quantised numbers).
const StoredType *stored_type(std::int32_t type);

// The bytes of one tensor as they stand in a file; exactly as many as the shape needs. What needs neither conversion
// nor another alignment stays in place, where `owner` keeps it alive; without an owner everything is copied.
Tensor stored_tensor(const StoredType &type, const Shape &shape, std::span<const std::byte> bytes,
                     const std::shared_ptr<const void> &owner);

// A tensor that has a type and a shape, but no values: enough to compare with what a network needs.
Tensor tensor_without_values(const StoredType &type, const Shape &shape);

} // namespace tradewind::importers
