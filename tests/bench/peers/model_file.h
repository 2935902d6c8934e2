// SPDX-License-Identifier: Apache-2.0
// Models by file, for programs of this folder.
#pragma once

#include "detector/detector.h"

#include <map>
#include <string>

namespace peers {

// Options "--name value" of a command line; throws std::runtime_error for anything else.
std::map<std::string, std::string> options_of(int count, char **arguments);

// --model BUNDLE, or --config FILE.ini with --weights FILE. Settings of --set, "section.key=value,section.key=value",
// win.
tradewind::Model model_of(const std::map<std::string, std::string> &options);

// What `options` has under this name, or `fallback`.
std::string option(const std::map<std::string, std::string> &options, const std::string &name,
                   const std::string &fallback);

} // namespace peers
