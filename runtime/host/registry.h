// SPDX-License-Identifier: Apache-2.0
// The plugins that were found, and the components of those that were loaded.
#pragma once

#include "config/option.h"
#include "graph/graph.h"
#include "host/search_path.h"

#include <tradewind/plugin.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tradewind {

struct TapInfo {
    std::string name;  // "Conv2d_11_pointwise"
    std::string scope; // "FeatureExtractor/MobilenetV1": where the extractor put it
    Value value = 0;
    std::int64_t stride = 0, channels = 0;
};

// How pixels become network input: y = x * scale - mean, for each channel, in float32, in this order.
struct Preprocessing {
    std::string channel_order = "rgb"; // or "bgr"
    std::vector<double> scale = {1, 1, 1}, mean = {0, 0, 0};
};

// One loaded extractor or meta-architecture. Owned by the registry, which models made from it must not outlive.
struct Component {
    std::string id;   // "org.tradewind.mobilenet_v1"
    std::string name; // "mobilenet_v1": the manifest's file name without extension; what users type
    std::string kind; // TW_KIND_...
    std::string version, summary;
    std::string library;         // path of the shared object
    OptionTable options;         // section "extractor" or "meta"
    Preprocessing preprocessing; // extractors
    const tw_component *component = nullptr;
    bool has_tail = false;   // extractors: two-stage capable
    bool needs_tail = false; // meta-architectures
};

// What a manifest says; nothing of the library has been looked at.
struct PluginEntry {
    std::string name, manifest, library, abi;
    std::vector<std::string> provides; // "feature-extractor:org.tradewind.mobilenet_v1"
    std::string refusal;               // why it cannot be used, as a sentence; empty when nothing is known against it
};

class Registry {
public:
    explicit Registry(SearchPath path);
    ~Registry();

    // Every manifest on the path, in search order, without loading anything.
    const std::vector<PluginEntry> &entries() const;
    const SearchPath &path() const;

    // By folder name or full id; loads the library. Throws Error(usage) with near misses and the folders searched when
    // unknown, Error(refused) with the plugin's path and the reason when it cannot be used.
    const Component &extractor(const std::string &name);
    const Component &meta_architecture(const std::string &name);
    const Component &component(const std::string &name); // of either kind

    // The names users can type, for one kind.
    std::vector<std::string> extractors() const;
    std::vector<std::string> meta_architectures() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace tradewind
