// SPDX-License-Identifier: Apache-2.0
// Weights against networks: which config fits, and why tensors of a file are not used.
#pragma once

#include "detector/model.h"
#include "weights/binding.h"

#include <map>
#include <string>
#include <vector>

namespace tradewind::cli {

// Names and shapes of the network's parameters against those of the weights; `near` as in compare().
BindingReport fit_of(const Model &model, const WeightStore &weights, bool near = true);

// Why -> the names of tensors that the network does not ask for. Slots of optimisers, moving averages, counters and
// what the trunk has behind the last map in use are told; the rest has the reason `not_known`.
inline constexpr const char *not_known = "not part of this network";
std::map<std::string, std::vector<std::string>> reasons_of_unused(const Model &model, const WeightStore &weights,
                                                                  const BindingReport &report);

// The shipped config that these weights fit: every parameter is there, and every tensor is used or there is a reason
// why not. Several may fit, with the same tensors and other settings: first stand those that agree most with `hints`,
// and those for quantised files where the file is such. Throws Error(refused) with the nearest when none fits.
std::vector<std::string> fitting_configs(Registry &registry, const Bundle &source, const Settings &hints);

// Throws Error(refused): what is missing, and which shipped config would be used by itself.
[[noreturn]] void refuse_misfit(Registry &registry, const Bundle &source, const BindingReport &report,
                                const Settings &hints);

// Throws Error(refused) with the first tensor that holds values which are not finite, and how many do.
void require_finite(const WeightStore &weights);

} // namespace tradewind::cli
