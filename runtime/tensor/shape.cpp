// SPDX-License-Identifier: Apache-2.0
// Overflow-checked products of dimensions, and their text.
#include "tensor/shape.h"

#include "tensor/error.h"

#include <limits>

namespace tradewind {

constexpr std::int64_t most_elements = std::numeric_limits<std::int64_t>::max() / 8; // of eight bytes

std::int64_t element_count(const Shape &shape)
{
    std::int64_t count = 1;
    for (const auto dimension : shape)
        if (dimension < 0 || __builtin_mul_overflow(count, dimension, &count) || count > most_elements)
            throw Error(ErrorCode::refused, "a tensor of shape " + to_string(shape) + " cannot exist");
    return count;
}

std::string to_string(const Shape &shape)
{
    if (shape.empty()) return "scalar";
    std::string text;
    for (const auto dimension : shape) text += (text.empty() ? "" : "x") + std::to_string(dimension);
    return text;
}

} // namespace tradewind
