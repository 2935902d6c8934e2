// SPDX-License-Identifier: Apache-2.0
// What makes two cells the same measurement.
#pragma once

#include "study/grid.h"

namespace tradewind {

// A part of the SHA-256 of all that the result depends on: the settings of the model, resolved; how it runs; which
// pictures, how often; the contents of the weight file, and the annotations of a detector that has such. Not of what
// the cell or its config are called.
std::string cell_key(const Cell &cell, const Study &study);

} // namespace tradewind
