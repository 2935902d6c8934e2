// SPDX-License-Identifier: Apache-2.0
// What a feature extractor of the build tree describes: its trunk or its second stage, without weights.
#pragma once

#include "graph/graph.h"
#include "host/bridge.h"

#include <map>

namespace plugins {

struct Described {
    tradewind::Graph graph;
    std::vector<tradewind::TapInfo> taps; // of a trunk
};

// For a square picture. `options` is the text of section [extractor].
Described trunk(const std::string &extractor, std::int64_t side, const std::string &options = "");

// For regions n x height x width x channels, under the scope SecondStageFeatureExtractor.
Described tail(const std::string &extractor, const tradewind::Shape &regions, const std::string &options = "");

// "19x19x512/16": height, width, channels, stride.
std::string text(const Described &described, const tradewind::TapInfo &tap);

// A line for each tap: its name and its text.
std::string table(const Described &described);

// Names and shapes, "3x3x64x1".
std::map<std::string, std::string> parameters(const tradewind::Graph &graph);
std::int64_t parameter_count(const tradewind::Graph &graph);

// Names and shapes of spec/tables/<name>.vars.csv below a scope, without what is before the scope's last part:
// "FirstStageFeatureExtractor/vgg_16" gives "vgg_16/conv1/conv1_1/weights". An empty scope: all of them, whole.
std::map<std::string, std::string> published(const std::string &name, const std::string &scope);

} // namespace plugins
