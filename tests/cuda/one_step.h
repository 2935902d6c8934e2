// SPDX-License-Identifier: Apache-2.0
// A step of the CUDA target by itself, with the host in the place of the device, beside the plain kernel of its op.
#pragma once

#include "graph/graph.h"
#include "targets/cuda/kernels/element.h"

namespace one_step {

// An input: one tensor for each picture, or one for all, which then has a stride of 0.
struct Input {
    std::vector<tradewind::Tensor> pictures;
    tradewind::cuda::Storage storage = tradewind::cuda::Storage::f32;
};

struct Call {
    std::string op;
    tradewind::Attributes attributes;
    std::vector<Input> inputs;
    std::int64_t batch = 1;
};

using Outputs = std::vector<tradewind::Tensor>;

// The outputs of each picture; loops start from their ends where `backwards` says so.
std::vector<Outputs> run(const Call &call, bool backwards);

// The same by the plain kernel, from inputs rounded to their storage.
std::vector<Outputs> expected(const Call &call);

// Runs both ways and requires the numbers of the plain kernel, exactly. NaNs equal one another. Returns these.
std::vector<Outputs> require_equal(const Call &call);

// Boxes of tests/clustered_boxes.h, from the name.
tradewind::Tensor clustered(const std::string &name, const tradewind::Shape &shape);

} // namespace one_step
