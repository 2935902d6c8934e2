// SPDX-License-Identifier: Apache-2.0
// Which algorithm computes a layer when nothing is measured: by the family of processors and the layer alone.
#pragma once

#include "targets/onednn/layer.h"

#include <span>

namespace tradewind::onednn {

// What oneDNN makes kernels for, which an environment variable of its own can make less than there is.
enum class ProcessorFamily { older, avx2, avx512_core, avx512_core_vnni, avx512_core_bf16, avx512_core_amx };

ProcessorFamily processor_family();
const char *to_string(ProcessorFamily family); // "avx512_core_amx"

// The same for the same arguments. `candidates`: of the layer, at least one. Changes make a new version.
LayerChoice by_table(ProcessorFamily family, const Layer &layer, std::span<const LayerChoice> candidates);
inline constexpr const char *table_version = "v2";

} // namespace tradewind::onednn
