// SPDX-License-Identifier: Apache-2.0
// What the settings of a model say of a measurement.
#pragma once

#include "config/settings.h"
#include "study/result.h"

namespace tradewind {

// The setting, else the host's default; "" for an option of a plugin that is not set.
std::string given_or_default(const Settings &settings, const std::string &name);

// Meta-architecture, extractor, size, proposals, output stride and the settings themselves, which need not be resolved;
// all else is as in a Configuration that is new. 0 for what the detector does not have.
Configuration configuration_of(const Settings &settings);

} // namespace tradewind
