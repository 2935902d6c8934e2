// SPDX-License-Identifier: Apache-2.0
// Which model: --model FILE, --config FILE [--weights ...], --meta M --extractor E [--weights ...], or the one that
// comes along.
#pragma once

#include "cli/flags.h"
#include "detector/model.h"

namespace tradewind::cli {

// The flags of every command that takes a model.
std::vector<Flag> model_flags();

// Throws Error(usage) for combinations that make no sense; looks at nothing but the flags.
void check_model_flags(const Flags &flags);

// The model with its weights. `overrides` win over the bundle or the config.
Model choose_model(Registry &registry, const Flags &flags, const Settings &overrides);

// The settings that --config, --meta and --extractor stand for.
Settings config_settings(const Flags &flags);

// "seeded" or "seeded:PREFIX" by formula, anything else a weight file.
void load_weights(Model &model, const std::string &weights);

} // namespace tradewind::cli
