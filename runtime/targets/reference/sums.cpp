// SPDX-License-Identifier: Apache-2.0
// Sums in double.
#include "targets/reference/kernels.h"

#include <algorithm>

namespace tradewind::reference {

Sums::Sums(const Operation &operation, std::int64_t channels)
    : biases_(operation.attributes.integer("bias") ? operation.parameters.at("biases").floats() : nullptr),
      sums_(static_cast<std::size_t>(channels))
{
}

double *Sums::start()
{
    if (biases_)
        std::copy_n(biases_, sums_.size(), sums_.begin());
    else
        std::fill(sums_.begin(), sums_.end(), 0.0);
    return sums_.data();
}

float *Sums::write(float *to)
{
    return std::transform(sums_.begin(), sums_.end(), to, [](double sum) { return static_cast<float>(sum); });
}

} // namespace tradewind::reference
