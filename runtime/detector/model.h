// SPDX-License-Identifier: Apache-2.0
// A model: the resolved config, the two components it names, labels and weights; everything but a target.
#pragma once

#include "graph/graph.h"
#include "host/registry.h"
#include "image/resize.h"
#include "weights/bundle.h"

namespace tradewind {

struct Model {
    Settings settings;   // resolved: every key of `options` has a value and an origin
    OptionTable options; // host options plus those of the two components
    std::map<int, std::string> labels;
    std::map<std::string, std::string> metadata;           // licence, provenance
    WeightStore weights;                                   // may be empty (a description only)
    Quantisation quantisation;                             // empty: not prepared for 8 bits
    const Component *extractor = nullptr, *meta = nullptr; // meta is null for a trunk alone; owned by the registry

    std::string name() const; // "ssd mobilenet_v1 300x300"
};

// Looks up the components that the settings name, resolves the settings against their option tables and reads labels.
// Throws Error(usage) for unknown names, keys, values; Error(refused) for plugins that cannot be loaded.
Model make_model(Registry &registry, const Settings &given);

// From a bundle: its config, below `overrides`. A bare safetensors file without config needs overrides that name a
// model.
Model make_model(Registry &registry, Bundle bundle, const Settings &overrides);

// Throws Error(usage), with the origin, for a label of a class that the model does not have.
void check_labels(const std::map<int, std::string> &labels, const Model &model, const std::string &origin);

// Throws Error(usage) for a model that is a trunk alone, which detects nothing.
void require_meta_architecture(const Model &model);

// The resized size for a picture of this size, by section [image].
ImageSize resized_size(const Model &model, ImageSize picture);
ResizeMethod resize_method(const Model &model);

// The network for one resized size, as the plugins describe it: input "resized_image", a normalize node
// ("preprocessed"), then what the components add. Outputs: all stages and taps. Parameters are not bound.
Graph describe(const Model &model, ImageSize resized);

// What `model info` prints.
struct ModelReport {
    std::string name;
    ImageSize size;
    std::int64_t parameters = 0; // values in all weights
    std::int64_t parameter_bytes = 0;
    std::int64_t multiply_adds = 0;           // of the network as it is described
    std::int64_t optimised_multiply_adds = 0; // after the passes
    std::int64_t activation_bytes = 0;        // the planned arena
    std::size_t nodes = 0, optimised_nodes = 0;
    std::vector<TapInfo> taps;
};
ModelReport report(const Model &model, ImageSize picture);

} // namespace tradewind
