// SPDX-License-Identifier: Apache-2.0
// Which models together, on which parts of a picture, fused how.
#pragma once

#include "cli/flags.h"
#include "detector/ensemble.h"

namespace tradewind::cli {

// From the settings of the run and the number of --model. Throws Error(usage) for what contradicts itself, and for
// options of fusion on the command line where there is nothing to fuse.
EnsembleOptions ensemble_options(const Flags &flags, const Settings &run);

// Whether there is something to fuse.
bool fuses(const Flags &flags, const EnsembleOptions &options);

// The models that the flags choose, without those weights that --weights names. Where results are fused, thresholds and
// totals of the run count afterwards: `options` gets them, and each model keeps its own unless that would drop what may
// count then.
std::vector<Model> choose_models(Registry &registry, const Flags &flags, const Settings &run, EnsembleOptions &options);

} // namespace tradewind::cli
