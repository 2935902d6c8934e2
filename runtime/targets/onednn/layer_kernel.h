// SPDX-License-Identifier: Apache-2.0
// The kernel of a layer, computed by one of its candidates.
#pragma once

#include "targets/onednn/layer.h"
#include "targets/onednn/primitive_kernel.h"

namespace tradewind::onednn {

// What a layer works on.
struct LayerOperands {
    std::byte *source = nullptr, *residual = nullptr, *destination = nullptr;
    std::int64_t source_channels = 0; // fewer than Layer::input has: each is repeated
    StoredAs residual_stored;
    float residual_scale = 1.0f; // what the sums are multiplied by before the residual is added
    std::string weights_name, biases_name;
    WeightSource weights, biases; // without read: made up, for kernels that are only timed
};

// Weights as the first kernel of a node has packed them: those of other rows of the same node use them.
struct PackedLayer {
    std::optional<Description> layout; // wanted
    std::vector<std::shared_ptr<const PackedTensor>> kept;
    Arguments arguments;
    std::vector<float> extents; // of i8 weights: the largest magnitude of each output channel
};

// Null where oneDNN has no fast kernel; then nothing has been read.
std::unique_ptr<Kernel> make_layer_kernel(const Layer &layer, const LayerChoice &choice, const LayerOperands &operands,
                                          const Context &context, PackedLayer &packed);

} // namespace tradewind::onednn
