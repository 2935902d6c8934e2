// SPDX-License-Identifier: Apache-2.0
// Label maps of the TensorFlow Object Detection API: item { name: "/m/01g317" id: 1 display_name: "person" }.
#pragma once

#include <map>
#include <string>

namespace tradewind {

// Whether the file is meant to be one: by its ending (.pbtxt), or because it begins with an item.
bool is_label_map(const std::string &path, const std::string &text);

// Id -> display name, or name where there is none. Ids may have holes. Throws Error(usage) with "path:line" as context
// for ids that are absent, repeat or are below 1, items without a name, and fields that no label map has.
std::map<int, std::string> parse_label_map(const std::string &text, const std::string &path);

} // namespace tradewind
