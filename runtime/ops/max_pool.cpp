// SPDX-License-Identifier: Apache-2.0
// max_pool: the largest element of each window; padding never counts.
#include "ops/schemas.h"
#include "ops/window.h"

namespace tradewind::ops {

const OpSchema max_pool{"max_pool", 1, 1, window_attributes(false, true), infer_pool};

} // namespace tradewind::ops
