// SPDX-License-Identifier: Apache-2.0
// Comparing the network that an extractor describes with the published tables of its layers and variables.
#pragma once

#include "graph/graph.h"

#include <map>
#include <string>
#include <vector>

namespace published {

// spec/tables/<file>.csv: for each row its cells by column.
std::vector<std::map<std::string, std::string>> read_table(const std::string &file);

// Rows of spec/tables/<table>.*.csv below a scope. What is before the scope's last part is cut from their names:
// "FirstStageFeatureExtractor/InceptionV3" gives "InceptionV3/Conv2d_1a_3x3". Heads of classifiers are left out.
struct Selection {
    std::string table, scope;
    std::string left_out = "\n"; // rows with this text are left out too
};

// Variables that only one of the two has, or that differ in shape, as text; empty when names and shapes agree.
std::string variable_differences(const tradewind::Graph &graph, const Selection &selection);

// The same of layers: kernel, stride, rate, size, channels, normalisation, bias and activation.
std::string layer_differences(const tradewind::Graph &graph, const Selection &selection);

} // namespace published
