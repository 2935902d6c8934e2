// SPDX-License-Identifier: Apache-2.0
// Where plugins and modules are looked for: explicit folders only, never the current one, never the model's.
#pragma once

#include <string>
#include <vector>

namespace tradewind {

struct SearchFolder {
    std::string path;
    // "--plugin-dir", "TRADEWIND_PLUGIN_PATH", "beside the executable", "XDG_DATA_HOME", "installed"
    std::string origin;
};
using SearchPath = std::vector<SearchFolder>;

// Why plugins of this folder are not loaded (writable by others, wrong owner), as a sentence; "" when it is safe. A
// folder that does not exist is safe and empty.
std::string unsafe_reason(const std::string &folder);

} // namespace tradewind
