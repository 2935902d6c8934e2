// SPDX-License-Identifier: Apache-2.0
// Attributes and tensors in one line each.
#pragma once

#include "one_op.h"
#include "tensor/seed.h"

#include <algorithm>
#include <stdexcept>

namespace made_up {

using Integers = std::vector<std::int64_t>;
using Reals = std::vector<double>;
using AttributeMap = std::map<std::string, tradewind::Attribute>;

inline tradewind::Attributes attributes(const AttributeMap &settings)
{
    tradewind::Attributes all;
    for (const auto &[key, value] : settings) all.set(key, value);
    return all;
}

// Uniform in [-1, 1), from the name.
inline tradewind::Tensor random(const std::string &name, const tradewind::Shape &shape)
{
    tradewind::Tensor tensor(shape);
    const std::uint64_t hash = tradewind::seed_hash(name);
    for (std::int64_t i = 0; i < tensor.count(); ++i)
        tensor.floats()[i] =
            static_cast<float>(tradewind::seed_bits(hash, static_cast<std::uint64_t>(i)) >> 40) * 0x1p-23f - 1;
    return tensor;
}

inline tradewind::Tensor tensor(const tradewind::Shape &shape, const std::vector<float> &values)
{
    tradewind::Tensor result(shape);
    if (result.count() != static_cast<std::int64_t>(values.size()))
        throw std::invalid_argument("the values do not fill the shape");
    std::copy(values.begin(), values.end(), result.floats());
    return result;
}

inline std::vector<float> floats(const tradewind::Tensor &tensor)
{
    return {tensor.floats(), tensor.floats() + tensor.count()};
}

} // namespace made_up
