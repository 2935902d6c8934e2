// SPDX-License-Identifier: Apache-2.0
// Named tensors, from whatever file they came.
#pragma once

#include "tensor/tensor.h"

#include <map>
#include <string>

namespace tradewind {

// Checkpoint name -> tensor. Convolutions HWIO, depthwise HWIM, dense IO; float32.
struct WeightStore {
    std::map<std::string, Tensor> tensors;
    std::string origin; // the file, for messages
    // Tells the file that mapped tensors are parts of from all other files, and from what it was before; empty where
    // nobody has looked through it.
    std::string identity = {};
};

// Tensor::release_pages of all.
inline void release_pages(const WeightStore &store)
{
    for (const auto &[name, tensor] : store.tensors) tensor.release_pages();
}

} // namespace tradewind
