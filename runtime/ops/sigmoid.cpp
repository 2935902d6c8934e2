// SPDX-License-Identifier: Apache-2.0
// sigmoid: 1 / (1 + exp(-x)).
#include "ops/schemas.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &, std::span<const ValueType> inputs) { return {{inputs[0]}}; }

} // namespace

const OpSchema sigmoid{"sigmoid", 1, 1, {}, infer};

} // namespace tradewind::ops
