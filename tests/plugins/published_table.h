// SPDX-License-Identifier: Apache-2.0
// Comparing the network that an extractor describes with the published tables of its layers and variables.
#pragma once

#include "graph/graph.h"

#include <string>

namespace published {

// The rows of interest: those of layers under one of these scopes, which are written "First/,Second/". Rows with
// "/Logits" or "/AuxLogits" are heads of classifiers, and never of interest.
struct Selection {
    std::string table;           // "cls_inception_v3_299", of ../shared/spec/tables
    std::string scopes;          // of the table's names; what stands before the network's own names is cut from them
    std::string left_out = "\n"; // rows with this text are not of interest
    std::string cut = {};        // from the beginning of the table's names
};

// Variables that only one of the two has, or that differ in shape, as text; empty when names and shapes agree.
std::string variable_differences(const tradewind::Graph &graph, const Selection &selection);

// The same of layers: kernel, stride, rate, size, channels, normalisation, bias and activation.
std::string layer_differences(const tradewind::Graph &graph, const Selection &selection);

} // namespace published
