// SPDX-License-Identifier: Apache-2.0
// Other floating-point types as float32.
#pragma once

#include "tensor/tensor.h"

#include <string>

namespace tradewind {

// `type` is F64, F16 or BF16; `data` need not be aligned.
Tensor converted_to_f32(const std::string &type, const Shape &shape, const std::byte *data);

} // namespace tradewind
