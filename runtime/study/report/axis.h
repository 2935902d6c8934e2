// SPDX-License-Identifier: Apache-2.0
// Scales of charts: where a value lies, and where the ticks are.
#pragma once

#include <string>
#include <vector>

namespace tradewind::reporting {

struct Tick {
    double value = 0;
    std::string text;
};

struct Axis {
    std::string label; // with its unit
    bool logarithmic = false;
    double least = 0, most = 1; // of the drawn range; positive where logarithmic
    std::vector<Tick> ticks;    // ascending, within the range

    // Where `value` lies between the pixels `from` (least) and `to` (most).
    double place(double value, double from, double to) const;
};

// Around these values. `from_zero`: a linear scale begins at 0. `may_be_logarithmic`: is, where all values are positive
// and the largest is more than 20 times the least.
enum class Start { near_values, zero };
Axis axis_around(const std::string &label, const std::vector<double> &values, Start start, bool may_be_logarithmic);

} // namespace tradewind::reporting
