// SPDX-License-Identifier: Apache-2.0
// A bundle: a safetensors file whose metadata carries the resolved config, labels, licence and provenance.
#pragma once

#include "config/settings.h"
#include "weights/quantisation.h"
#include "weights/store.h"

#include <span>

namespace tradewind {

inline constexpr const char *bundle_origin = "bundle "; // how the origins of settings from bundles begin

// Golden activations, which detector/golden.h makes and understands; a bundle only carries them. Tensors are views of
// the file, like weights, but no weights: nothing binds to them, and who does not ask for them does not touch them.
struct GoldenSection {
    std::string description; // JSON; empty: there are none
    std::map<std::string, Tensor> tensors;
};

struct Bundle {
    WeightStore weights;
    Settings settings;                 // the resolved config; empty for a bare safetensors file
    std::map<int, std::string> labels; // label-map id (1-based) -> name
    // Licence, source, source_sha256, created_by, and whatever else was found.
    std::map<std::string, std::string> metadata;
    GoldenSection golden;
    Quantisation quantisation; // empty: the network is not prepared for 8 bits
};

// Reads a safetensors file. The file is mapped, not copied: tensors keep the mapping alive. Checks everything before it
// is believed (header size, offsets, overlaps, dtypes, duplicate names): Error(refused) names the file, the tensor and
// what is wrong; a missing file is Error(refused) too (unreadable model).
Bundle read_bundle(const std::string &path);

// The same from memory, which must outlive every tensor (the embedded default model).
Bundle read_bundle(std::span<const std::byte> bytes, const std::string &name);

// Writes to a temporary name beside `path`, syncs and renames. Refuses to replace an existing file unless `overwrite`.
void write_bundle(const Bundle &bundle, const std::string &path, bool overwrite);

} // namespace tradewind
