// SPDX-License-Identifier: Apache-2.0
// Settings of a run, as opposed to those of a model: which target, how many threads, which
// thresholds.
#pragma once

#include "cli/flags.h"
#include "config/settings.h"

namespace tradewind::cli {

// Keys of section [run], with defaults, ranges and help.
const OptionTable &run_options();

// Flag over environment (TRADEWIND_SCORE, ...) over section [run] of --config over ./tradewind.ini over the user's
// config over built in. Unset thresholds stay empty: the model's own hold. Throws Error(usage) naming the place of a
// bad value.
Settings run_settings(const Flags &flags);

// Bytes of "800M", "4G" or a number without unit; none for what is no size. K is 1024.
std::optional<std::size_t> memory_size(const std::string &text);

// What --set says. For commands that make models: a model does not depend on the settings of who makes it.
Settings made_overrides(const Flags &flags);

// Settings of the model in the same two files and in --set section.key=value, and the thresholds of the run, as
// overrides.
Settings model_overrides(const Flags &flags, const Settings &run);

// Whether overrides change nothing but those thresholds: the network stays as it is.
bool only_thresholds(const Settings &overrides);

} // namespace tradewind::cli
