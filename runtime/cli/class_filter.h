// SPDX-License-Identifier: Apache-2.0
// --classes: which detections are wanted.
#pragma once

#include <map>
#include <set>
#include <string>

namespace tradewind::cli {

// From "person, 3": names and ids; empty text: all. Throws Error(usage) with near misses for names that the model does
// not know.
std::set<int> parse_classes(const std::string &text, const std::map<int, std::string> &labels, int classes);

} // namespace tradewind::cli
