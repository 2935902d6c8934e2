// SPDX-License-Identifier: Apache-2.0
// The cells of a study: one detector each, with how it is run.
#pragma once

#include "detector/model.h"
#include "study/result.h"
#include "study/study_file.h"

#include <functional>

namespace tradewind {

struct Cell {
    std::string key;   // the same for what measures the same, whatever it is called: 16 hexadecimal digits
    std::string label; // what people read: the config or the pair, and the axes of its grid
    std::string grid;  // the first that has it
    std::string config, meta, extractor;
    std::string weights = "seeded"; // or a file
    std::string target = "auto", precision = "f32", hint = "latency";
    std::int64_t threads = 0, batch = 1, streams = 1;      // streams 0: as many as the hint says
    std::vector<std::pair<std::string, std::string>> sets; // settings of the model that its grid sets
    Settings given;                                        // those and its config's, over what `defaults` said
    Settings resolved;                                     // of the model; empty where there can be none
    std::string impossible;                                // why it cannot be; empty: nothing is known against it

    bool trained() const { return !weights.starts_with("seeded"); }
};

// Where a study's models come from.
struct ModelSource {
    Registry *registry = nullptr;
    std::function<Settings(const std::string &config)> config_settings; // throws Error(usage) for an unknown one
    Settings overrides;                                                 // of the user's own files
    // Why this machine has no such target, or it does not take so many pictures or that precision; empty: nothing is
    // against it. Null: nobody knows.
    std::function<std::string(const std::string &target, const std::string &precision, std::size_t batch)> refuses = {};
};

// All cells, in the order of the grids, each once. What no detector can be, or this machine cannot compute, is a cell,
// with the reason. Throws
// Error(usage), naming the line, for names of configs and plugins that are not known, settings and values that no
// detector of a grid can have, weights of no detector, and more cells than a person can mean (100,000).
std::vector<Cell> expand(const Study &study, const ModelSource &source);

// What a result says of a cell that was not measured.
Configuration planned(const Cell &cell);

} // namespace tradewind
