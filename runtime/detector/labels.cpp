// SPDX-License-Identifier: Apache-2.0
// Reading label lists and label files.
#include "detector/labels.h"

#include "config/bounded_text.h"
#include "detector/label_map.h"
#include "tensor/error.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <vector>

namespace tradewind {
namespace {

constexpr std::size_t most_bytes = std::size_t{8} << 20;

std::string trimmed(const std::string &text)
{
    const auto first = text.find_first_not_of(" \t\r");
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string> split(const std::string &text, char separator)
{
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
    return parts;
}

// The id in front of the separator, when there is one.
std::optional<std::pair<int, std::string>> numbered(const std::string &entry)
{
    const auto separator = entry.find_first_of(":\t");
    if (separator == std::string::npos) return std::nullopt;
    int id = 0;
    const auto [end, error] = std::from_chars(entry.data(), entry.data() + separator, id);
    if (error == std::errc::result_out_of_range) return std::pair{0, entry}; // which is refused
    if (error != std::errc() || end != entry.data() + separator) return std::nullopt;
    return std::pair{id, trimmed(entry.substr(separator + 1))};
}

std::map<int, std::string> from_entries(const std::vector<std::string> &entries, const std::string &origin)
{
    std::map<int, std::string> labels;
    int next = 1;
    for (const auto &raw : entries) {
        const std::string entry = trimmed(raw);
        if (entry.empty()) continue;
        const auto [id, name] = numbered(entry).value_or(std::pair{next, entry});
        if (id < 1 || !labels.emplace(id, name).second)
            throw Error(ErrorCode::usage, "label '" + entry + "': ids start at 1 and do not repeat", origin);
        next = id == std::numeric_limits<int>::max() ? 0 : id + 1; // 0 is refused
    }
    return labels;
}

// One word that can hardly be the name of a class.
bool is_file_name(const std::string &text)
{
    const auto ends = [&](const char *ending) { return text.ends_with(ending); };
    return text.find(',') == std::string::npos &&
           (text.starts_with("/") || text.starts_with("./") || text.starts_with("../") || ends(".txt") ||
            ends(".pbtxt") || ends(".names"));
}

} // namespace

std::map<int, std::string> parse_labels(const std::string &text, const std::string &origin)
{
    if (trimmed(text).empty()) return {};
    std::filesystem::path file(trimmed(text));
    if (file.is_relative() && !folder_of_origin(origin).empty()) file = folder_of_origin(origin) / file;
    std::error_code ignored;
    const bool is_file = std::filesystem::is_regular_file(file, ignored);
    if (!is_file && is_file_name(trimmed(text)))
        throw Error(ErrorCode::usage, "there is no label file " + file.string(), origin);
    return is_file ? read_labels(file.string()) : parse_label_list(text, origin);
}

std::map<int, std::string> parse_label_list(const std::string &text, const std::string &origin)
{
    return from_entries(split(text, ','), origin);
}

std::map<int, std::string> read_labels(const std::string &path)
{
    std::error_code ignored;
    std::ifstream stream(path, std::ios::binary);
    if (!stream || !std::filesystem::is_regular_file(path, ignored))
        throw Error(ErrorCode::usage, "the label file cannot be read: there is no such file", path);
    const auto read = read_at_most(stream, most_bytes);
    if (!read)
        throw Error(ErrorCode::usage, "this is no list of labels: it cannot be read, or is larger than 8 MiB", path);
    std::string text = *read;
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 && !std::strchr("\t\r\n", c); }))
        throw Error(ErrorCode::usage, "this is no list of labels: it holds bytes that are no text", path);
    if (is_label_map(path, text)) return parse_label_map(text, path);
    auto labels = from_entries(split(text, '\n'), path);
    if (labels.empty()) throw Error(ErrorCode::usage, "there is no label in this file", path);
    return labels;
}

std::string to_list(const std::map<int, std::string> &labels)
{
    std::string text;
    for (const auto &[id, name] : labels) text += (text.empty() ? "" : ", ") + std::to_string(id) + ":" + name;
    return text;
}

std::string folder_of_origin(const std::string &origin)
{
    const auto colon = origin.rfind(':');
    if (colon == std::string::npos || origin.find('/') == std::string::npos) return "";
    return std::filesystem::path(origin.substr(0, colon)).parent_path().string();
}

} // namespace tradewind
