// SPDX-License-Identifier: Apache-2.0
// convert_scores: logits with a background column become scores without one.
#include "ops/detection_attributes.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &, std::span<const ValueType> inputs)
{
    const std::int64_t classes = check_logits(inputs[0], -1);
    return {{{{1, inputs[0].shape[1], classes}}}};
}

} // namespace

const OpSchema convert_scores{"convert_scores", 1, 1, score_attributes(), infer, nullptr, true};

} // namespace tradewind::ops
