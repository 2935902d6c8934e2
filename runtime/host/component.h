// SPDX-License-Identifier: Apache-2.0
// Components as the host sees them, from the plain structs of the ABI.
#pragma once

#include "host/registry.h"

namespace tradewind {

// Throws Error(refused), naming the library, for a kind this host does not know and for malformed options.
Component to_component(const PluginEntry &entry, const tw_component &component);

} // namespace tradewind
