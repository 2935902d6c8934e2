// SPDX-License-Identifier: Apache-2.0
// Of measurements.
#pragma once

#include <algorithm>
#include <vector>

namespace gpu {

// Of at least one value.
inline double quantile(std::vector<double> values, double part)
{
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

inline double median(const std::vector<double> &values) { return quantile(values, 0.5); }

} // namespace gpu
