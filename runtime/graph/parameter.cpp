// SPDX-License-Identifier: Apache-2.0
// The values of parameters.
#include "graph/graph.h"

namespace tradewind {

// In every layout of weights the output channel is the fastest index (HWIO, HWIM with m inside, IO).
Tensor values_of(const ParameterInfo &parameter)
{
    if (!parameter.factors || parameter.data.empty()) return parameter.data;
    const auto &factors = *parameter.factors;
    Tensor product(parameter.data.shape());
    const float *from = parameter.data.floats();
    float *to = product.floats();
    const auto count = static_cast<std::size_t>(product.count());
    for (std::size_t i = 0; i < count; i += factors.size())
        for (std::size_t c = 0; c < factors.size(); ++c) to[i + c] = static_cast<float>(from[i + c] * factors[c]);
    return product;
}

} // namespace tradewind
