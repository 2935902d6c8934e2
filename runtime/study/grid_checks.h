// SPDX-License-Identifier: Apache-2.0
// What no person can mean by a grid. All throw Error(usage), naming the line.
#pragma once

#include "study/grid.h"

namespace tradewind {

// More cells than a study may have.
void check_count(const Study &study);

// Names of plugins that are not there, with near names.
void check_plugins(const Grid &grid, Registry &registry);

// Settings, and values of settings, that none of the grid's cells can have: a slip would make every cell impossible;
// what only some cannot be told is a result.
void check_settings(const Grid &grid, const std::vector<Cell> &cells, Registry &registry);

// Weights of detectors that are in no grid.
void check_weights(const Study &study);

} // namespace tradewind
