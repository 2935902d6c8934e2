// SPDX-License-Identifier: Apache-2.0
// The golden cases of one op: inputs, attributes, outputs, tolerance.
#pragma once

#include "tensor/tensor.h"

#include <nlohmann/json.hpp>

#include <map>
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

// "" when every element is within the case's tolerance (or `atol` and `rtol` in its place); else what differs most.
std::string difference(const Case &golden, const std::string &output, const tradewind::Tensor &got);

} // namespace golden_cases
