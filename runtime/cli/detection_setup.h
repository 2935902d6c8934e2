// SPDX-License-Identifier: Apache-2.0
// What detect and eval have in common: the flags that say what detects and how, and the models they stand for.
#pragma once

#include "cli/computing.h"
#include "cli/look/look_at_all.h"

namespace tradewind::cli {

// The model, thresholds, crops and fusion, target and threads; not where results go.
std::vector<Flag> detection_flags();

// Loads weights, opens targets: an ensemble for each stream, all the same. What is wrong with a command line has been
// said before: this is the slow part. `options.classes` becomes what --classes names.
std::vector<Stream> open_streams(std::vector<Model> models, const Flags &flags, Computing &computing,
                                 EnsembleOptions options);

} // namespace tradewind::cli
