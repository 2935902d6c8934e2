// SPDX-License-Identifier: Apache-2.0
// What detect and eval have in common: the flags that say what detects and how, and the models they stand for.
#pragma once

#include "cli/flags.h"
#include "config/settings.h"
#include "detector/ensemble.h"

namespace tradewind::cli {

// The model, thresholds, crops and fusion, target and threads; not where results go.
std::vector<Flag> detection_flags();

// Target, threads, warnings and signals, as the run says; all classes.
DetectorOptions detector_options(const Settings &run);

// Loads weights, opens targets. What is wrong with a command line has been said before: this is the slow part.
// `options.classes` becomes what --classes names.
Ensemble open_ensemble(std::vector<Model> models, const Flags &flags, const Settings &run, EnsembleOptions options);

} // namespace tradewind::cli
