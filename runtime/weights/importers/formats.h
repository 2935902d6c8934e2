// SPDX-License-Identifier: Apache-2.0
// The importers, one file each. All throw Error(refused) with `name` as context for damaged input.
#pragma once

#include "tensor/tensor.h"

#include <map>
#include <span>
#include <string>

namespace tradewind {

// Const nodes whose names end in a leaf of checkpoints (weights, biases, gamma, ...), under their own names.
std::map<std::string, Tensor> read_frozen_graph(std::span<const std::byte> bytes, const std::string &name);

// Weights and biases of convolutions, dequantised, in checkpoint layout and under checkpoint names.
std::map<std::string, Tensor> read_tflite(std::span<const std::byte> bytes, const std::string &name);

// "<scope>/<leaf>": whether the leaf is one that checkpoints use for weights of layers.
bool is_weight_name(const std::string &name);

} // namespace tradewind
