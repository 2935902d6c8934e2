// SPDX-License-Identifier: Apache-2.0
// Running one graph on both targets, on made-up numbers.
#pragma once

#include "graph/graph.h"
#include "targets/target.h"

#include <random>

// Uniform in [-1, 1), the same for the same seed.
tradewind::Tensor random_tensor(const tradewind::Shape &shape, unsigned seed);

// Binds every parameter to random numbers, of a size that keeps sums near 1 (variances are positive).
void bind_randomly(tradewind::Graph &graph);

struct Run {
    std::vector<tradewind::Tensor> outputs;
    std::vector<tradewind::Placement> placements;
    std::vector<std::string> log;
};

Run run(tradewind::Target &target, const tradewind::Graph &graph, const std::vector<tradewind::Tensor> &inputs,
        int threads = 2, tradewind::Precision precision = tradewind::Precision::f32);

// The largest difference, as a part of the largest magnitude expected.
double difference(const tradewind::Tensor &expected, const tradewind::Tensor &found);
bool identical(const tradewind::Tensor &a, const tradewind::Tensor &b);
