// SPDX-License-Identifier: Apache-2.0
// A convolutional layer (conv2d, depthwise_conv2d, dense) apart from its weights and its graph, and the ways in which
// it can be computed.
#pragma once

#include "ops/window.h"
#include "targets/host_executable.h"
#include "targets/onednn/version.h"

namespace tradewind::onednn {

struct Layer {
    Shape input, output; // n x h x w x c; a product of rows and a matrix is a 1x1 convolution of a map of such rows
    Window window;
    bool depthwise = false;
    bool biased = false;
    bool adds = false; // a residual, which is stored as the output is
    Activation activation = Activation::none;
    StoredAs source, destination;
    bool may_quantise = true; // Node::may_quantise

    std::string key() const; // all of the above, in a line: layers that are computed alike have the same
};

Layer layer_of(const KernelRequest &request);
// `storage`: by value.
Layer layer_of(const Graph &graph, const Node &node, const std::vector<StoredAs> &storage);

// Direct: a sum of products for each output. Blocked: the same, on maps of blocks of channels. Winograd: F(4x4, 3x3)
// or F(2x2, 3x3) (Lavin and Gray 2016), on blocks of channels. Own: a kernel of ours (depthwise.h, winograd_1d.h).
enum class Algorithm { direct, blocked, winograd, own };

struct LayerChoice {
    Algorithm algorithm = Algorithm::direct;
    ElementType type = ElementType::f32; // of what is multiplied: f32, bf16 or i8; sums are f32, or i32 for i8

    bool operator==(const LayerChoice &) const = default;
};

std::string to_string(const LayerChoice &choice); // "winograd f32"

// Those that this processor has a fast kernel for, the plainest first. Maps that are stored otherwise than an algorithm
// wants them are reordered before and after it, which is part of it.
std::vector<LayerChoice> candidates(const Layer &layer);

// The median of several runs with made-up weights, which are in no cache when a run begins (of x86-64), alone on memory
// of its own, with the calling thread's number of threads (ThreadScope). [setup]
double milliseconds(const Layer &layer, const LayerChoice &choice);

} // namespace tradewind::onednn
