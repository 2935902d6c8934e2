// SPDX-License-Identifier: Apache-2.0
// The values of parameters.
#include "graph/graph.h"

#include <algorithm>

namespace tradewind {
namespace {

// In every layout of weights the output channel is the fastest index (HWIO, HWIM with m inside, IO).
Tensor joined(const ParameterInfo &parameter)
{
    Tensor all(parameter.shape);
    const std::int64_t width = parameter.shape.back(), rows = all.count() / width;
    std::int64_t column = 0;
    const auto add = [&](const Tensor &part) {
        const std::int64_t columns = part.shape().back();
        for (std::int64_t row = 0; row < rows; ++row)
            std::copy_n(part.floats() + row * columns, columns, all.floats() + row * width + column);
        column += columns;
    };
    add(parameter.data);
    for (const Tensor &part : parameter.more) add(part);
    return all;
}

} // namespace

Tensor values_of(const ParameterInfo &parameter)
{
    if (parameter.data.empty() || (!parameter.factors && parameter.more.empty())) return parameter.data;
    if (!parameter.factors) return joined(parameter);
    const auto &factors = *parameter.factors;
    Tensor product = parameter.more.empty() ? Tensor(parameter.data.shape()) : joined(parameter);
    const float *from = parameter.more.empty() ? parameter.data.floats() : product.floats();
    float *to = product.floats();
    const auto count = static_cast<std::size_t>(product.count());
    for (std::size_t i = 0; i < count; i += factors.size())
        for (std::size_t c = 0; c < factors.size(); ++c) to[i + c] = static_cast<float>(from[i + c] * factors[c]);
    return product;
}

} // namespace tradewind
