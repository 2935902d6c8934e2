// SPDX-License-Identifier: Apache-2.0
// Element types.
#include "weights/importers/element_types.h"

#include "tensor/error.h"
#include "weights/as_float32.h"

namespace tradewind::importers {

const StoredType *stored_type(std::int32_t type)
{
    static const StoredType f32 = {4, ElementType::f32, nullptr}, f64 = {8, ElementType::f32, "F64"},
                            f16 = {2, ElementType::f32, "F16"}, bf16 = {2, ElementType::f32, "BF16"},
                            i32 = {4, ElementType::i32, nullptr}, i64 = {8, ElementType::i64, nullptr},
                            u8 = {1, ElementType::u8, nullptr};
    switch (type) {
    case dt_float:
        return &f32;
    case dt_double:
        return &f64;
    case dt_half:
        return &f16;
    case dt_bfloat16:
        return &bf16;
    case dt_int32:
        return &i32;
    case dt_int64:
        return &i64;
    case dt_uint8:
    case dt_bool:
        return &u8;
    default:
        return nullptr;
    }
}

Tensor stored_tensor(const StoredType &type, const Shape &shape, std::span<const std::byte> bytes,
                     const std::shared_ptr<const void> &owner)
{
    const auto needed = static_cast<std::size_t>(element_count(shape)) * type.bytes;
    if (bytes.size() != needed)
        throw Error(ErrorCode::refused, "has " + std::to_string(bytes.size()) + " bytes, but its shape " +
                                            to_string(shape) + " needs " + std::to_string(needed));
    if (type.converted) return converted_to_f32(type.converted, shape, bytes.data());
    const bool aligned = reinterpret_cast<std::uintptr_t>(bytes.data()) % type.bytes == 0;
    if (owner && aligned && !bytes.empty()) return Tensor(shape, type.element, bytes.data(), owner);
    Tensor tensor(shape, type.element);
    if (!bytes.empty()) std::memcpy(tensor.data(), bytes.data(), bytes.size());
    return tensor;
}

Tensor tensor_without_values(const StoredType &type, const Shape &shape)
{
    element_count(shape); // refuses what cannot exist
    return Tensor(shape, type.element, nullptr, nullptr);
}

} // namespace tradewind::importers
