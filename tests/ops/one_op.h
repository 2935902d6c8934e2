// SPDX-License-Identifier: Apache-2.0
// One op, through a graph, on a target.
#pragma once

#include "graph/graph.h"

namespace one_op {

struct Call {
    std::string op;
    tradewind::Attributes attributes;
    std::vector<tradewind::Tensor> inputs;
    std::map<std::string, tradewind::Tensor> weights = {}; // by leaf
};

// All outputs. The graph is planned and compiled as networks are.
std::vector<tradewind::Tensor> run(const Call &call, const std::string &target);

// "reference" and, where it was built, "cpu".
std::vector<std::string> targets();

} // namespace one_op
