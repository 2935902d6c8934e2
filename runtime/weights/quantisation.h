// SPDX-License-Identifier: Apache-2.0
// What a network needs to know to be computed with 8-bit integers: the ranges of its values.
#pragma once

#include "graph/graph.h"

#include <map>
#include <set>
#include <string>

namespace tradewind {

struct Quantisation {
    std::map<std::string, ValueRange> ranges; // by value, as detection graphs name them after the passes
    std::set<std::string> kept;               // nodes for which 8 bits are not enough
    std::map<std::string, std::string> made;  // how: "method", "pictures", ...

    bool empty() const { return ranges.empty(); }
};

// JSON: {"ranges": {"name": [low, high], ...}, "kept": ["name", ...], "made": {"method": "entropy", ...}}. Throws
// Error(refused), with `origin` as context, for anything else, and for ranges that are not finite or hold no numbers.
Quantisation parse_quantisation(const std::string &text, const std::string &origin);
std::string to_json(const Quantisation &quantisation);

// Gives ranges to the values of a graph, and marks the nodes that are kept out. Names that the graph does not have are
// passed over.
void apply(const Quantisation &quantisation, Graph &graph);

// Names of ranges and kept nodes that the graph does not have.
std::set<std::string> unknown_names(const Quantisation &quantisation, const Graph &graph);

// What of it the graph has.
Quantisation known_part(const Quantisation &quantisation, const Graph &graph);

} // namespace tradewind
