// SPDX-License-Identifier: Apache-2.0
// What a study is to measure, as its file says it.
#pragma once

#include "config/settings.h"

namespace tradewind {

// One line of a section [grid NAME]: a word of grid_options(), or "section.key" of the model, with its values.
struct Axis {
    std::string name;
    std::vector<std::string>
        values; // separated by commas; by semicolons where there is one, so that values may be lists
    std::string origin;
};

// All combinations of the values of its axes, the last axis changing first.
struct Grid {
    std::string name;
    std::vector<Axis> axes; // in the order of the file
    std::string origin;

    const Axis *find(const std::string &axis) const;
};

// Paths are relative to the file, as those in configs are.
struct Study {
    std::string file, name;
    std::vector<std::string> images; // files, folders, picture:HxW
    std::string annotations;         // a file or folder; empty: none
    std::int64_t iterations = 0, rounds = 0, warmup = 0;
    double timeout = 0, accuracy_timeout = 0; // seconds for each cell
    std::map<std::string, Setting> weights;   // files, or "seeded"; by config, or "meta+extractor"
    std::vector<Grid> grids;
};

// Section [study], and the axes that are words.
const OptionTable &study_options();
const OptionTable &grid_options();

// Throws Error(usage), naming the line: unknown sections, keys and axes with near names, values out of their ranges,
// grids without a detector, pictures and annotations that are not there.
Study read_study(const std::string &path);

// A path of the study's file, seen from the working folder. What is absolute, or picture:HxW, stays.
std::string beside_study(const std::string &study_file, const std::string &path);

} // namespace tradewind
