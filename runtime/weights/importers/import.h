// SPDX-License-Identifier: Apache-2.0
// Reading published formats into a weight store, by the names of their tensors, never by matching graph patterns.
#pragma once

#include "weights/bundle.h"

namespace tradewind {

enum class WeightFormat {
    safetensors,
    tensorflow_frozen_graph,
    tensorflow_checkpoint,
    tensorflow_checkpoint_v1,
    tflite
};

const char *to_string(WeightFormat format);

// By content, not by file name. Throws Error(refused) naming the file and the formats that are read.
WeightFormat probe(std::span<const std::byte> head, const std::string &path);

// What is taken from a checkpoint: with `shapes`, tensors have no values (and data files need not be there). Other
// formats always give values.
enum class Reading { values, shapes };

// Reads a weight file of any known format. Names are checkpoint names; TensorFlow's "/read" identities and ops are left
// out. A TFLite file of 8 bits brings the ranges of its values. Metadata tells format, source file name and SHA-256 of
// its bytes. A checkpoint is named by its index
// ("model.ckpt.index") or by what its files have in common ("model.ckpt").
Bundle import_weights(const std::string &path, Reading reading = Reading::values);

} // namespace tradewind
