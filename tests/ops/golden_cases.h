// SPDX-License-Identifier: Apache-2.0
// The golden cases of one op: inputs, attributes, outputs, tolerance.
#pragma once

#include "tensor/tensor.h"

#include <nlohmann/json.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace golden_cases {

struct Case {
    std::string name;
    nlohmann::json attributes, tolerance;
    std::map<std::string, tradewind::Tensor> inputs, outputs;

    std::vector<std::int64_t> integers(const char *key) const
    {
        return attributes.at(key).get<std::vector<std::int64_t>>();
    }
};

std::vector<Case> of_op(const std::string &op);

// The ops whose cases were asked for so far, in this process.
const std::set<std::string> &ops_asked_for();

// How many golden cases there are of each op.
std::map<std::string, int> counts();

// "" when the shapes agree (axes of length 1 apart) and every element is within the case's tolerance; else the first
// that is not.
std::string difference(const Case &golden, const std::string &output, const tradewind::Tensor &got);

} // namespace golden_cases
