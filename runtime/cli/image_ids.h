// SPDX-License-Identifier: Apache-2.0
// The numbers of pictures in records and COCO results.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

namespace tradewind::cli {

// The digits at the end of a file's name, as COCO's pictures have them; for names without, and for numbers that were
// given before, the running number or the next one that is free. No number is given twice.
class ImageIds {
public:
    std::int64_t next(const std::string &path); // in the order of the inputs

private:
    bool take(std::int64_t id); // false when it was given before

    std::int64_t count_ = 0;
    std::vector<bool> small_; // a bit each, so that a million of them take little memory
    std::unordered_set<std::int64_t> large_;
};

} // namespace tradewind::cli
