// SPDX-License-Identifier: Apache-2.0
// One op with attributes and shapes, whose numbers are made up.
#pragma once

#include "made_up.h"

namespace made_up {

struct Sample {
    std::string op;
    AttributeMap settings;
    std::vector<tradewind::Shape> inputs;
    std::map<std::string, tradewind::Shape> weights = {};
    // Inputs are multiples of 1/128, which every storage holds: what is chosen is the same in all, and many scores are
    // equal.
    bool coarse = false;
};

} // namespace made_up
