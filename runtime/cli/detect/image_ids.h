// SPDX-License-Identifier: Apache-2.0
// The numbers of pictures in records and COCO results.
#pragma once

#include "cli/inputs.h"

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

namespace tradewind::cli {

// The digits at the end of a file's name, as COCO's pictures have them. Names without, and numbers that were given
// before, get running numbers: from 1 where no name has digits, else from 10^12, beyond all that names have. No number
// is given twice.
class ImageIds {
public:
    // `first`: the inputs as far as they are known.
    explicit ImageIds(const std::deque<Input> &first);

    std::int64_t next(const std::string &path); // in the order of the inputs

private:
    bool take(std::int64_t id); // false when it was given before

    std::int64_t running_;
    std::vector<bool> small_; // a bit each, so that a million of them take little memory
    std::unordered_set<std::int64_t> large_;
};

} // namespace tradewind::cli
