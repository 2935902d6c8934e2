// SPDX-License-Identifier: Apache-2.0
// Other floating-point types as float32.
#include "weights/as_float32.h"

#include "tensor/half_precision.h"

namespace tradewind {

Tensor converted_to_f32(const std::string &type, const Shape &shape, const std::byte *data)
{
    Tensor tensor(shape);
    for (std::int64_t i = 0; i < tensor.count(); ++i) {
        if (type == "F64") {
            double value;
            std::memcpy(&value, data + 8 * i, 8);
            tensor.floats()[i] = static_cast<float>(value);
        } else {
            std::uint16_t bits;
            std::memcpy(&bits, data + 2 * i, 2);
            tensor.floats()[i] = type == "F16" ? from_f16(bits) : from_bf16(bits);
        }
    }
    return tensor;
}

} // namespace tradewind
