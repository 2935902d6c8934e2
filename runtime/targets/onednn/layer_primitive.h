// SPDX-License-Identifier: Apache-2.0
// What oneDNN is asked for to compute a layer.
#pragma once

#include "targets/onednn/layer.h"
#include "targets/onednn/version.h"

namespace tradewind::onednn {

struct LayerPrimitive {
    dnnl::convolution_forward::primitive_desc description;
    StoredAs source, destination; // the numbers that it reads and writes; the layouts are the description's
    bool adds_as_stored = false;  // the residual's numbers as they are, else converted to those of the destination
    bool clamps = false;          // what is written must still be limited to 6
    int most_threads = 0;         // with which it is to be described, made and run; 0: any
};

struct LayerWish {
    StoredAs residual;                       // of layers that add one
    std::optional<Description> weights = {}; // their layout; none: oneDNN's choice
    std::vector<float> sum_scales = {};      // of i8: what a sum of each output channel is times; none: any
};

// Empty where there is no fast implementation.
std::optional<LayerPrimitive> describe(const Layer &layer, const LayerChoice &choice, const LayerWish &wish,
                                       const dnnl::engine &engine);

} // namespace tradewind::onednn
