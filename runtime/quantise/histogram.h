// SPDX-License-Identifier: Apache-2.0
// How often a value of a network took which magnitude.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tradewind {

// Of magnitudes, in bins of one width that doubles when a larger number comes; zeros, which any scale has exactly, are
// counted apart. Numbers that are not finite are left out.
class Histogram {
public:
    static constexpr std::size_t bins = 2048;

    void add(std::span<const float> numbers);

    float low() const { return low_; } // the least and the largest number, zero counted in
    float high() const { return high_; }
    double width() const { return width_; } // of a bin; 0 while there is nothing but zeros
    std::uint64_t zeros() const { return zeros_; }
    std::uint64_t count() const { return count_; } // zeros among them
    const std::array<std::uint64_t, bins> &counts() const { return counts_; }

private:
    void widen(double magnitude);

    float low_ = 0, high_ = 0;
    double width_ = 0;
    std::uint64_t zeros_ = 0, count_ = 0;
    std::array<std::uint64_t, bins> counts_{};
};

} // namespace tradewind
