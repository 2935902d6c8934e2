// SPDX-License-Identifier: Apache-2.0
// Steps of single ops on maps, on the host in the place of a device, and what the plain kernels make of the same
// values.
#pragma once

#include "ops/made_up.h"
#include "targets/cuda/kernels/element.h"

namespace map_steps {

struct Case {
    std::string op;
    made_up::AttributeMap settings;
    std::vector<tradewind::Shape> inputs;
    bool exact = false;               // the same bits are expected in float32
    std::vector<double> factors = {}; // of the output channels of the node's first parameter
};

struct How {
    tradewind::cuda::Storage storage = tradewind::cuda::Storage::f32;
    std::int64_t batch = 1;
    bool all_alike = false;       // all pictures share the values of the inputs
    std::vector<float> live = {}; // rows wanted of each picture; empty: all
};

// Runs the step from either end and against the plain kernel, picture by picture.
void check(const Case &c, const How &how);

// In all storages, for one picture and three, also where these share their inputs.
void check(const Case &c);

} // namespace map_steps
