// SPDX-License-Identifier: Apache-2.0
// Attributes against an op's schema.
#pragma once

#include "graph/schema.h"

namespace tradewind {

// The attributes with every default filled in. Throws Error(refused) for unknown (with near names), missing and wrongly
// typed ones and for words that the schema does not allow. Integers stand for reals where reals are wanted.
Attributes complete_attributes(const OpSchema &op, const Attributes &given);

// Throws Error when a value or tensor of weights has more than 8 dimensions or 2^31 elements: descriptions come from
// plugins, and are refused before anything is allocated for them.
void check_result(const Inference &inferred);

} // namespace tradewind
