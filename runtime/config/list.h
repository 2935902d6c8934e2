// SPDX-License-Identifier: Apache-2.0
// Texts as numbers, truth values and lists. Independent of the locale; the whole text must be used.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tradewind {

std::string trim(const std::string &text);
std::optional<std::int64_t> to_integer(const std::string &text);
std::optional<double> to_real(const std::string &text);  // finite numbers only
std::optional<bool> to_boolean(const std::string &text); // true, false, yes, no, on, off, 1, 0

// Trimmed parts; none for a blank text.
std::vector<std::string> split_list(const std::string &text, char separator);

} // namespace tradewind
