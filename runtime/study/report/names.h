// SPDX-License-Identifier: Apache-2.0
// Names of configurations.
#pragma once

#include "study/report/comparison.h"

namespace tradewind::reporting {

// Gives every entry a name of its own. What is the same everywhere is not in it; names that would be the same get what
// tells them apart: the config, else the cell, else a number.
void name_all(Entries &entries);

// An entry's name but for the field that changes from row to row.
std::string name_without(const Entry &entry, Field field);

// The name of a result that is in no table of measurements.
std::string plain_name(const Result &result, const Catalogue &catalogue);

} // namespace tradewind::reporting
