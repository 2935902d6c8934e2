// SPDX-License-Identifier: Apache-2.0
// Other floating-point types as float32.
#include "weights/half_precision.h"

#include <bit>
#include <cmath>

namespace tradewind {

float from_f16(std::uint16_t bits)
{
    const int exponent = (bits >> 10) & 31, fraction = bits & 1023;
    const float sign = bits & 0x8000 ? -1.0f : 1.0f;
    if (exponent == 31) return fraction ? std::nanf("") : sign * INFINITY;
    return exponent == 0 ? sign * std::ldexp(static_cast<float>(fraction), -24)
                         : sign * std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
}

float from_bf16(std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }

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
