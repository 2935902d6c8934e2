// SPDX-License-Identifier: Apache-2.0
// "<name>.plugin": what a plugin says of itself without being loaded.
#pragma once

#include "host/registry.h"

namespace tradewind {

// The ABI of this host, "0.1".
std::string host_abi();

// Reads section [plugin]: library (a file beside the manifest), abi ("0.1"), provides (comma-separated
// "feature-extractor:id" or "meta-architecture:id"). Other keys, such as `requires`, are left to later hosts. A
// manifest that cannot be used gives an entry with `refusal`.
PluginEntry read_manifest(const std::string &path);

// The manifests of a folder and of the folders in it (one level), sorted by path.
std::vector<std::string> find_manifests(const std::string &folder);

} // namespace tradewind
