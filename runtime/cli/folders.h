// SPDX-License-Identifier: Apache-2.0
// Where things are found: beside the executable, in the user's folders, where they were installed.
#pragma once

#include "host/search_path.h"
#include "image/decode.h"

namespace tradewind::cli {

// "" where the system does not tell.
std::string executable_folder();

// --plugin-dir, TRADEWIND_PLUGIN_PATH, beside the executable (and its build folder), $XDG_DATA_HOME, the installed
// folder.
SearchPath plugin_path(const std::vector<std::string> &given);

// Folders with modules of the runtime.
std::vector<std::string> module_folders();

// The shipped configs, and bundles of the user and of the system.
std::vector<std::string> config_folders();
std::vector<std::string> bundle_folders();

// The files that lie in these folders and have this ending (".ini"), sorted by path.
std::vector<std::string> files_in(const std::vector<std::string> &folders, const std::string &ending);

// The file of a shipped config by its name, with or without its ending; "" when there is none of that name.
std::string shipped_config(const std::string &name);

// A file that reports of studies take in ("d3.min.js"); "" when this installation has none.
std::string report_file(const std::string &name);

// The file of a study: a path, or the name of a study that comes along. Throws Error(usage) with near names when a name
// is neither; `words` are names that could be meant as well.
std::string study_path(const std::string &name, const std::vector<std::string> &words);

// The file of --config: a path, or the name of a shipped config. Throws Error(usage) with near names when a name is
// neither.
std::string config_path(const std::string &name);

// "$XDG_CONFIG_HOME/tradewind/config.ini", whether it exists or not.
std::string user_config();

// "$XDG_CACHE_HOME/tradewind": what can be made again. "" where there is no home.
std::string cache_folder();

// Decodes through the codec module, which is loaded when first needed.
ForeignDecoder foreign_decoder();

} // namespace tradewind::cli
