// SPDX-License-Identifier: Apache-2.0
// Names of classes.
#pragma once

#include <map>
#include <string>

namespace tradewind {

// From the setting [model] labels: a comma-separated list, or the path of a file with one label a line. An entry is a
// name (numbered on from the entry before, the first is 1) or an id with a name ("44:bottle" in a list, "44<tab>bottle"
// or "44:bottle" in a file). Throws Error(usage) naming `origin` and the entry when an id repeats or is not positive,
// and when what looks like a file is none.
std::map<int, std::string> parse_labels(const std::string &text, const std::string &origin);

// The same, but the text is never a path.
std::map<int, std::string> parse_label_list(const std::string &text, const std::string &origin);

// From such a file, or from a label map (detector/label_map.h). Throws Error(usage) when it cannot be read or is
// neither.
std::map<int, std::string> read_labels(const std::string &path);

// The inverse, as a list: "1:person, 2:bicycle".
std::string to_list(const std::map<int, std::string> &labels);

// The folder part of an origin such as "configs/ssd.ini:12"; "" when it names no file. Paths in a config file are
// relative to the file.
std::string folder_of_origin(const std::string &origin);

} // namespace tradewind
