// SPDX-License-Identifier: Apache-2.0
// reshape: the same elements under another shape; one dimension may be -1.
#include "ops/schemas.h"
#include "tensor/error.h"

#include <algorithm>

namespace tradewind::ops {
namespace {

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    Shape shape = attributes.integers("shape");
    const std::int64_t count = element_count(inputs[0].shape);
    const auto open = std::find(shape.begin(), shape.end(), -1);
    if (open != shape.end()) {
        *open = 1;
        const std::int64_t rest = std::count(shape.begin(), shape.end(), -1) ? 0 : element_count(shape);
        if (rest <= 0 || count % rest)
            throw Error(ErrorCode::usage, to_string(inputs[0].shape) + " cannot fill the open dimension");
        *open = count / rest;
    }
    if (element_count(shape) != count)
        throw Error(ErrorCode::usage, to_string(inputs[0].shape) + " cannot be seen as " + to_string(shape));
    return {{{shape, inputs[0].type}}};
}

} // namespace

const OpSchema reshape{"reshape", 1, 1, {{"shape", AttributeType::integers}}, infer};

} // namespace tradewind::ops
