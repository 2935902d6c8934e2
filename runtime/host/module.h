// SPDX-License-Identifier: Apache-2.0
// Modules of the runtime itself that are loaded on demand (targets, codecs). Same build only: checked by a version
// symbol.
#pragma once

#include "host/search_path.h"

namespace tradewind {

// The address of `symbol` in module `name` (file "<name>.so") of the first folder that has it; null when no folder has
// the file. Loaded now and local, never unloaded. Throws Error(refused) with the path when it cannot be loaded, has no
// such symbol or was built for another version of the runtime. [setup]
void *module_symbol(const std::string &name, const std::string &symbol, const std::vector<std::string> &folders);

} // namespace tradewind
