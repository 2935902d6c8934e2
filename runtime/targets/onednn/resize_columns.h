// SPDX-License-Identifier: Apache-2.0
// A bilinear resize along x: rows of 8-bit pixels become rows of float32.
#pragma once

#include "image/resize.h"

#include <array>
#include <cstdint>
#include <vector>

namespace tradewind::onednn {

// Where an output along one axis comes from.
struct Tap {
    std::int32_t lower, upper; // times the step between elements
    float fraction;            // of the upper one
};

std::vector<Tap> taps(std::int64_t input, std::int64_t output, ResizeMethod method, std::int32_t step);

class ResizeColumns {
public:
    // `reversed`: blue, green, red. [thread-safe once made]
    ResizeColumns(std::int64_t input, std::int64_t output, ResizeMethod method, bool reversed);

    // `from`: the bytes of a row of `input` pixels, of which none beyond is read. `to`: room for padded() numbers.
    void run(const std::uint8_t *from, float *to) const;

    std::size_t length() const { return 3 * taps_.size(); }
    std::size_t padded() const { return (length() + lanes) / lanes * lanes; } // one number more at least

private:
    static constexpr std::size_t lanes = 16;

    // Sixteen numbers that come from the 128 bytes, or 64, that follow `first`.
    struct alignas(64) Group {
        std::array<float, lanes> fractions;
        std::array<std::uint8_t, 2 * lanes> places; // of the lower pixels, then of the upper ones
        std::uint64_t readable[2];                  // a bit for each byte that is in the row
        std::int32_t first;
    };

    void group(); // leaves no groups where they cannot be used
    void run_in_groups(const std::uint8_t *from, float *to) const;
    void run_by_pixels(const std::uint8_t *from, float *to) const;

    std::vector<Tap> taps_;
    std::int64_t row_bytes_;
    bool reversed_;
    std::size_t wide_; // so many pixels may be read as four bytes
    std::vector<Group> groups_;
    bool near_ = true; // 64 bytes hold all of every group
};

} // namespace tradewind::onednn
