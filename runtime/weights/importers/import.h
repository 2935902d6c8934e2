// SPDX-License-Identifier: Apache-2.0
// Reading published formats into a weight store, by the names of their tensors, never by matching graph patterns.
#pragma once

#include "weights/bundle.h"

namespace tradewind {

enum class WeightFormat { safetensors, tensorflow_frozen_graph, tflite };

const char *to_string(WeightFormat format);

// By content, not by file name. Throws Error(refused) naming the file and the formats that are read.
WeightFormat probe(std::span<const std::byte> head, const std::string &path);

// Reads a weight file of any known format. Names are checkpoint names; TensorFlow's "/read" identities and ops are left
// out. Metadata tells format, source file name and SHA-256 of its bytes.
Bundle import_weights(const std::string &path);

} // namespace tradewind
