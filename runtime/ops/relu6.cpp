// SPDX-License-Identifier: Apache-2.0
// relu6: min(max(x, 0), 6).
#include "ops/schemas.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &, std::span<const ValueType> inputs) { return {{inputs[0]}}; }

} // namespace

const OpSchema relu6{"relu6", 1, 1, {}, infer};

} // namespace tradewind::ops
