// SPDX-License-Identifier: Apache-2.0
// One op, through a graph, on a target.
#pragma once

#include "graph/graph.h"
#include "targets/target.h"

namespace one_op {

struct Call {
    std::string op;
    tradewind::Attributes attributes;
    std::vector<tradewind::Tensor> inputs;
    std::map<std::string, tradewind::Tensor> weights = {}; // by leaf
};

// All outputs. The graph is planned and compiled as networks are.
std::vector<tradewind::Tensor> run(const Call &call, const std::string &name);

// What the program tests: "reference" and others.
std::vector<std::string> targets();
std::vector<std::string> rounding_targets(); // of less precision than float32

// One of them, with what it is to be compiled for; the same number stands in all slots of a batch, and the last is
// read.
struct Opened {
    tradewind::Target *target;
    tradewind::Precision precision = tradewind::Precision::f32;
    std::size_t batch = 1;
    // The op is computed between others, which store its inputs and outputs as a target stores what is inside a
    // network; those of a graph are plain on some.
    bool inside = false;
};
Opened open(const std::string &name);

} // namespace one_op
