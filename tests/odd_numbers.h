// SPDX-License-Identifier: Apache-2.0
// Inputs that kernels meet seldom: ties, numbers at the ends of their range, and what is no number.
#pragma once

#include "tensor/tensor.h"

#include <cmath>
#include <limits>
#include <random>

namespace odd_numbers {

constexpr float infinity = std::numeric_limits<float>::infinity(),
                not_a_number = std::numeric_limits<float>::quiet_NaN();

enum class Spoiling { none, ties, specials, constant };
constexpr Spoiling spoilings[] = {Spoiling::none, Spoiling::ties, Spoiling::specials, Spoiling::constant};

inline void spoil(tradewind::Tensor &values, Spoiling how, unsigned seed)
{
    constexpr float special[] = {not_a_number, -not_a_number, infinity, -infinity, 0.0f, -0.0f,
                                 1e-40f,       -1e-40f,       1.0f,     -1.0f,     3e38f};
    std::mt19937 generator(seed);
    for (std::int64_t i = 0; i < values.count(); ++i) {
        float &value = values.floats()[i];
        if (how == Spoiling::ties) value = std::round(value * 8) / 8;
        if (how == Spoiling::specials && generator() % 4 == 0) value = special[generator() % std::size(special)];
        if (how == Spoiling::constant) value = 0.25f;
    }
}

} // namespace odd_numbers
