// SPDX-License-Identifier: Apache-2.0
// Results that differ in one thing: over its values, and two by two.
#pragma once

#include "study/report/entries.h"

namespace tradewind::reporting {

enum class Field { size, proposals, output_stride };

std::int64_t value_of(const Entry &entry, Field field);

// Results of one environment that are the same but for the field, each ascending; those with two values at least.
std::vector<std::vector<const Entry *>> series(const Entries &entries, Field field);

struct Pair {
    const Entry *smaller = nullptr, *larger = nullptr; // by the field's value
    std::vector<std::string> differing;                // settings that differ beside the field and what follows from it
};

// For each result the ones nearest to it, by the number of settings that differ, at every larger value of the field.
std::vector<Pair> pairs(const Entries &entries, Field field);

// How time grows with the field over one series.
struct Growth {
    double slope = 0;     // milliseconds for 1 more, by least squares
    double explained = 0; // R squared of that line
    double ratio = 1;     // of the time at the largest value to that at the smallest
    std::string word;     // "flat": within 10 %; "linear": not flat, R squared at least 0.98; "neither"
};
Growth growth_of(const std::vector<const Entry *> &series, Field field);

} // namespace tradewind::reporting
