// SPDX-License-Identifier: Apache-2.0
// The commands, and how one is chosen.
#pragma once

#include <string>
#include <vector>

namespace tradewind::cli {

using Arguments = std::vector<std::string>; // without the command's own words

struct Command {
    const char *name;                       // "detect", "model info"
    const char *summary;                    // one line
    const char *usage;                      // the whole help text
    int (*run)(const Arguments &arguments); // returns the exit code; throws Error
};

// In the order of help.
const std::vector<Command> &commands();

int detect(const Arguments &arguments);
int eval(const Arguments &arguments);
int bench(const Arguments &arguments);
int model_list(const Arguments &arguments);
int model_info(const Arguments &arguments);
int model_convert(const Arguments &arguments);
int model_new(const Arguments &arguments);
int model_quantise(const Arguments &arguments);
int model_trace(const Arguments &arguments);
int model_verify(const Arguments &arguments);
int plugin_list(const Arguments &arguments);
int plugin_info(const Arguments &arguments);
int study(const Arguments &arguments);
int study_report(const Arguments &arguments);
int doctor(const Arguments &arguments);
int version(const Arguments &arguments);
int help(const Arguments &arguments);

// Chooses a command, runs it, and turns every error into one line on standard error and an exit code.
int run(const Arguments &arguments);

} // namespace tradewind::cli
