// SPDX-License-Identifier: Apache-2.0
// Texts as numbers, truth values and lists.
#include "config/list.h"

#include <charconv>
#include <cmath>

namespace tradewind {
namespace {

template <class T> std::optional<T> parsed(const std::string &raw)
{
    const std::string text = trim(raw);
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

} // namespace

std::string trim(const std::string &text)
{
    const auto first = text.find_first_not_of(" \t\r\n");
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::optional<std::int64_t> to_integer(const std::string &text) { return parsed<std::int64_t>(text); }

std::optional<double> to_real(const std::string &text)
{
    const auto value = parsed<double>(text);
    return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<bool> to_boolean(const std::string &text)
{
    for (const char *word : {"true", "yes", "on", "1"})
        if (trim(text) == word) return true;
    for (const char *word : {"false", "no", "off", "0"})
        if (trim(text) == word) return false;
    return std::nullopt;
}

std::vector<std::string> split_list(const std::string &text, char separator)
{
    std::vector<std::string> parts;
    if (trim(text).empty()) return parts;
    for (std::size_t at = 0;;) {
        const auto next = text.find(separator, at);
        parts.push_back(trim(text.substr(at, next - at)));
        if (next == std::string::npos) return parts;
        at = next + 1;
    }
}

} // namespace tradewind
