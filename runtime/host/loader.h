// SPDX-License-Identifier: Apache-2.0
// The only place that opens shared objects.
#pragma once

#include "host/registry.h"

namespace tradewind {

// Loads the plugin of a manifest: section mark, library (all symbols now, local), entry symbol, sizes, versions, and at
// last descriptor against manifest. Each step that fails is an Error(refused) with its own sentence, naming the path.
// The library is never unloaded. [setup]
const tw_plugin &load_plugin(const PluginEntry &entry);

// A copy of a plugin's struct as long as this host knows it: fields that an older plugin does not have read as zero.
template <class T> T widened(const T *from)
{
    T copy{};
    std::memcpy(&copy, from, from->struct_size < sizeof copy ? from->struct_size : sizeof copy);
    return copy;
}

} // namespace tradewind
