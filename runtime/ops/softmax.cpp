// SPDX-License-Identifier: Apache-2.0
// softmax: exp(x - max) over its sum, along the last axis.
#include "ops/schemas.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &, std::span<const ValueType> inputs) { return {{inputs[0]}}; }

} // namespace

const OpSchema softmax{"softmax", 1, 1, {}, infer};

} // namespace tradewind::ops
