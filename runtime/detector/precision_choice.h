// SPDX-License-Identifier: Apache-2.0
// Precisions by name.
#pragma once

#include "targets/target.h"

#include <optional>

namespace tradewind {

// "f32", "tf32", "f16" or "bf16".
std::optional<Precision> precision_named(const std::string &name);

// That of a name, or of "auto": f16 on a target that takes it, else f32. Throws Error(usage), which names those that
// the target takes, for one that it does not.
Precision choose_precision(const Target &target, const std::string &name);

} // namespace tradewind
