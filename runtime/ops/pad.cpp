// SPDX-License-Identifier: Apache-2.0
// pad: zeros around a map (top, bottom, left, right).
#include "ops/schemas.h"
#include "tensor/error.h"

#include <algorithm>

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    require_rank(inputs[0], 4, "the input");
    const auto &pads = attributes.integers("pads");
    if (pads.size() != 4 || *std::min_element(pads.begin(), pads.end()) < 0 ||
        *std::max_element(pads.begin(), pads.end()) > 1 << 16)
        throw Error(ErrorCode::usage, "pads needs four numbers from 0: top, bottom, left, right");
    Shape shape = inputs[0].shape;
    shape[1] += pads[0] + pads[1];
    shape[2] += pads[2] + pads[3];
    return {{{shape}}};
}

} // namespace

const OpSchema pad{"pad", 1, 1, {{"pads", AttributeType::integers}}, infer};

} // namespace tradewind::ops
