// SPDX-License-Identifier: Apache-2.0
// The run of eval over all annotated pictures.
#pragma once

#include "cli/eval/evaluation.h"
#include "cli/eval/subset.h"
#include "cli/flags.h"
#include "cli/look/look_at_all.h"
#include "cli/saving.h"
#include "config/settings.h"

namespace tradewind::cli {

struct EvalRun {
    const Flags &flags;
    const Settings &run;
    const Saving &saving;
    const Annotations &annotations;
    const Subset &subset;
    const std::string &images; // their folder
};

// Looks at every annotated picture and adds what is found to the evaluation; pictures that fail are left out of it and
// counted. Returns the exit code that these make.
int evaluate_pictures(const EvalRun &run, std::vector<Stream> &streams, Evaluation &evaluation);

} // namespace tradewind::cli
