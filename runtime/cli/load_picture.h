// SPDX-License-Identifier: Apache-2.0
// From the path of an input to a picture.
#pragma once

#include "image/decode.h"

namespace tradewind::cli {

// Beside the names of failures of image/decode.h.
inline constexpr const char *input_unreadable = "E_INPUT_UNREADABLE";

// Reads and decodes, or makes the picture of "picture:HxW". Throws Error(input) with the path as context. `sha256`,
// unless null, gets the checksum of the file's bytes. Pipes are read to their end. `enough`: see DecodeLimits.
Picture load_picture(const std::string &path, std::string *sha256 = nullptr,
                     const std::function<ImageSize(ImageSize)> &enough = {});

} // namespace tradewind::cli
