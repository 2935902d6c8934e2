// SPDX-License-Identifier: Apache-2.0
// Counting magnitudes.
#include "quantise/histogram.h"

#include <algorithm>
#include <cmath>

namespace tradewind {

// Two bins become one until the largest has a place.
void Histogram::widen(double magnitude)
{
    if (width_ == 0) width_ = magnitude / (bins - 1);
    for (; magnitude >= width_ * bins; width_ *= 2) {
        for (std::size_t i = 0; i < bins / 2; ++i) counts_[i] = counts_[2 * i] + counts_[2 * i + 1];
        std::fill(counts_.begin() + bins / 2, counts_.end(), 0);
    }
}

void Histogram::add(std::span<const float> numbers)
{
    float low = low_, high = high_;
    for (const float number : numbers) {
        if (!std::isfinite(number)) continue;
        low = std::min(low, number);
        high = std::max(high, number);
    }
    low_ = low;
    high_ = high;
    const double largest = std::max(std::abs(static_cast<double>(low)), std::abs(static_cast<double>(high)));
    if (largest > 0) widen(largest);
    for (const float number : numbers) {
        if (!std::isfinite(number)) continue;
        ++count_;
        if (number == 0)
            ++zeros_;
        else
            ++counts_[std::min(static_cast<std::size_t>(std::abs(static_cast<double>(number)) / width_), bins - 1)];
    }
}

} // namespace tradewind
