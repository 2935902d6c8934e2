// SPDX-License-Identifier: Apache-2.0
// avg_pool: the mean of the elements of each window that lie in the image.
#include "ops/schemas.h"
#include "ops/window.h"

namespace tradewind::ops {

const OpSchema avg_pool{"avg_pool", 1, 1, window_attributes(false, true), infer_pool};

} // namespace tradewind::ops
