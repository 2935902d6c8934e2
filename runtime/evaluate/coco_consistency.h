// SPDX-License-Identifier: Apache-2.0
// What can be wrong or odd with annotations as a whole.
#pragma once

#include "evaluate/annotations.h"

namespace tradewind {

// Throws Error(usage), with the origin as context, for ids that are there twice and for annotations of pictures or
// categories that are not there.
void check_consistency(const Annotations &annotations);

// Adds a note for each kind of oddity that is allowed: boxes outside of their pictures or without area, names that
// several categories have.
void note_oddities(Annotations &annotations);

} // namespace tradewind
