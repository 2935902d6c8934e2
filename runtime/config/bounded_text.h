// SPDX-License-Identifier: Apache-2.0
// Reading small text files that may turn out to be anything.
#pragma once

#include <cstddef>
#include <istream>
#include <optional>
#include <string>

namespace tradewind {

// What is left of a stream; nothing when it cannot be read or is longer than `most` bytes, of which no more are read
// than needed to know.
std::optional<std::string> read_at_most(std::istream &stream, std::size_t most);

} // namespace tradewind
