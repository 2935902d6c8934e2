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

// The model that the flags choose, a bundle's with its weights. `overrides` win over the bundle or the config.
Model choose_model(Registry &registry, const Flags &flags, const Settings &overrides);

// A config without its section [run], which is not of the model; or a published pipeline (cli/published.h).
Settings read_model_config(Registry &registry, const std::string &path);

// The settings that --config, --meta and --extractor stand for.
Settings config_settings(Registry &registry, const Flags &flags);

// The weights that --weights names, if it is there: "seeded" or "seeded:PREFIX" by formula, anything else a file.
void load_weights(Model &model, const Flags &flags);

// Throws Error(usage) for a model without weights.
void require_weights(const Model &model);

// Where -o says that a file goes. Throws Error(usage) when it names none, Error(failed) when it exists and --overwrite
// is not given: before any work is done.
std::string output_file(const Flags &flags, const std::string &example = "OUT.safetensors");

// Writes a bundle that a command made, with the mark of this program, unless a signal has come.
void write_made(Bundle bundle, const std::string &path, bool overwrite);

} // namespace tradewind::cli
