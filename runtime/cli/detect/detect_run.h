// SPDX-License-Identifier: Apache-2.0
// The run of detect over all inputs.
#pragma once

#include "cli/flags.h"
#include "cli/look/look_at_all.h"
#include "cli/saving.h"
#include "config/settings.h"

namespace tradewind::cli {

// Looks at every input, in all streams, prints and saves what is found, and says how many failed. Returns the exit
// code.
int detect_all(const Flags &flags, const Settings &run_values, const Saving &saving, std::vector<Stream> &streams);

} // namespace tradewind::cli
