// SPDX-License-Identifier: Apache-2.0
// The importers, one file each. All throw Error(refused) with `name` as context for damaged input.
#pragma once

#include "weights/importers/import.h"

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>

namespace tradewind {

// Const nodes whose names end in a leaf of checkpoints (weights, biases, gamma, ...), under their own names.
std::map<std::string, Tensor> read_frozen_graph(std::span<const std::byte> bytes, const std::string &name);

// Weights and biases of convolutions, dequantised, in checkpoint layout and under checkpoint names.
std::map<std::string, Tensor> read_tflite(std::span<const std::byte> bytes, const std::string &name);

// Of the outputs of its convolutions, by layer, and of its input; none for files that compute in float32.
Quantisation read_tflite_ranges(std::span<const std::byte> bytes, const std::string &name);

// One data file of a checkpoint. Tensors point into it and keep `owner`.
struct Shard {
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> owner; // not null once opened
};
using OpenShard = std::function<Shard(std::size_t number, std::size_t of)>; // throws where there is none

// All variables of a checkpoint: float32 (also from half, bfloat16 and double), int32, int64 and u8 (also from bool);
// variables of other types are left out. Partitioned ones are put together. Data files are opened when a value in them
// is needed; every checksum is checked.
std::map<std::string, Tensor> read_checkpoint_v2(std::span<const std::byte> index, const OpenShard &open,
                                                 const std::string &name, Reading reading);

// The same from the older form, one file.
std::map<std::string, Tensor> read_checkpoint_v1(std::span<const std::byte> table, const std::string &name,
                                                 Reading reading);
bool looks_like_table(std::span<const std::byte> bytes); // of either kind
bool is_checkpoint_v1(std::span<const std::byte> table); // of the two kinds

// "<scope>/<leaf>": whether the leaf is one that checkpoints use for weights of layers.
bool is_weight_name(const std::string &name);

} // namespace tradewind
