// SPDX-License-Identifier: Apache-2.0
// Every key that a config may set, from the tables that check them.
#pragma once

#include "host/registry.h"

namespace tradewind::cli {

// Markdown: the shipped configs with what they say of themselves, then a table for the host's own keys, for those of a
// run and for those of each plugin that was found, by name. Loads the plugins.
std::string config_reference(Registry &registry);

// What a config says of itself in its first comment.
std::string config_summary(const std::string &path);

} // namespace tradewind::cli
