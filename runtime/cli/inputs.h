// SPDX-License-Identifier: Apache-2.0
// What a user names as inputs, as a list of pictures.
#pragma once

#include "image/decode.h"

#include <optional>
#include <string>
#include <vector>

namespace tradewind::cli {

// Beside the names of failures of image/decode.h.
inline constexpr const char *input_unreadable = "E_INPUT_UNREADABLE";

// A picture, or the reason why what was named gives none.
struct Input {
    std::string path;    // any bytes; "picture:HxW" for a formula picture
    std::string failure; // empty when the path is worth trying
};

// Pictures, folders (recursive, sorted, files with endings of pictures), globs that the shell left alone, @list.txt and
// "-" (one path a line), picture:HxW. What does not exist becomes an Input with a failure. Throws Error(usage) when
// nothing is named.
std::vector<Input> expand(const std::vector<std::string> &named);

// Reads and decodes. Throws Error(input) with the path as context. `sha256`, unless null, gets the checksum of the
// file's bytes.
Picture load(const std::string &path, std::string *sha256 = nullptr);

} // namespace tradewind::cli
