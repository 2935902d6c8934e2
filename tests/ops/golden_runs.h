// SPDX-License-Identifier: Apache-2.0
// How each kind of golden case is run on the ops of the project.
#pragma once

#include "golden_cases.h"

namespace ops_test {

struct Comparison {
    std::string what;
    tradewind::Tensor expected, got;
};

using Comparisons = std::vector<Comparison>;
using Run = Comparisons (*)(const GoldenCase &c, const Harness &harness);

// By the goldens' name of the op.
using Runs = std::map<std::string, Run>;

void add_layer_runs(Runs &runs);     // convolutions, products, pools, elementwise
void add_detection_runs(Runs &runs); // anchors, box codes, scores, suppression
void add_picture_runs(Runs &runs);   // resizing and preprocessing

} // namespace ops_test
