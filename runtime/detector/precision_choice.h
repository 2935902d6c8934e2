// SPDX-License-Identifier: Apache-2.0
// Precisions by name.
#pragma once

#include "detector/model.h"
#include "targets/target.h"

#include <optional>
#include <string>
#include <vector>

namespace tradewind {

// "f32", "tf32", "f16", "bf16" or "int8".
std::optional<Precision> precision_named(const std::string &name);

// Those that the target takes, one picture at a time.
std::vector<Precision> precisions_of(const Target &target);
std::string names_of(const std::vector<Precision> &precisions); // "f32, bf16"

// That of a name, or of "auto": f16 on a target that takes it; else int8 where the model has ranges for that, else
// bf16, else f32, whichever the target takes first. Throws Error(usage), which names those that the target takes, for
// one that it does not.
Precision choose_precision(const Target &target, const std::string &name, bool has_ranges);

// Throws Error(usage), which says how to get them, for a model without ranges that is to be computed in int8.
void require_ranges(const Model &model, Precision precision);

} // namespace tradewind
