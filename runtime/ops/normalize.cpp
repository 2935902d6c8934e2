// SPDX-License-Identifier: Apache-2.0
// normalize: x * scale - mean for each channel; for bgr the channels are reversed first.
#include "ops/schemas.h"
#include "tensor/error.h"

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    require_rank(inputs[0], 4, "the input");
    const auto channels = static_cast<std::size_t>(inputs[0].shape[3]);
    if (attributes.reals("scale").size() != channels || attributes.reals("mean").size() != channels)
        throw Error(ErrorCode::usage,
                    "scale and mean need one number for each of the " + std::to_string(channels) + " channels");
    return {{inputs[0]}};
}

} // namespace

const OpSchema normalize{"normalize",
                         1,
                         1,
                         {{"scale", AttributeType::reals},
                          {"mean", AttributeType::reals},
                          {"channel_order", AttributeType::text, std::string("rgb"), {"rgb", "bgr"}}},
                         infer};

} // namespace tradewind::ops
