// SPDX-License-Identifier: Apache-2.0
// Attributes against an op's schema.
#pragma once

#include "graph/schema.h"

namespace tradewind {

// The attributes with every default filled in. Throws Error(usage) for unknown (with near names), missing and wrongly
// typed ones and for words that the schema does not allow. Integers stand for reals where reals are wanted.
Attributes complete_attributes(const OpSchema &op, const Attributes &given);

} // namespace tradewind
