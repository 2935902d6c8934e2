// SPDX-License-Identifier: Apache-2.0
// Which detectors one would choose: none other is at least as fast and at least as accurate.
#pragma once

#include <cstddef>
#include <vector>

namespace tradewind::reporting {

struct Candidate {
    double time = 0, accuracy = 0;
};

// For each, whether another is at least as fast and at least as accurate, and better in one of the two: candidates that
// are equal in both do not dominate each other.
std::vector<bool> dominated(const std::vector<Candidate> &candidates);

// Those that are not dominated, one of those that are equal, from the fastest to the most accurate.
std::vector<std::size_t> frontier(const std::vector<Candidate> &candidates);

} // namespace tradewind::reporting
