// SPDX-License-Identifier: Apache-2.0
// Reading lines of results.
#include "study/results_file.h"

#include "tensor/error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>

namespace tradewind {
namespace {

// How every line begins.
const std::string &line_start()
{
    static const std::string start = to_json({}).substr(0, to_json({}).find(',') + 1);
    return start;
}

bool begins_a_line(const std::string &text)
{
    const std::size_t common = std::min(text.size(), line_start().size());
    return text.compare(0, common, line_start(), 0, common) == 0;
}

void add_line(ResultLines &read, std::map<std::string, std::size_t> &places, ResultLine line, const std::string &origin)
{
    const std::string &key = line.result.key;
    if (key.empty()) throw Error(ErrorCode::usage, "this result is of no study: it has no key", origin);
    const auto [place, is_new] = places.try_emplace(key, read.lines.size());
    if (is_new) return read.lines.push_back(std::move(line));
    ++read.doubled;
    ResultLine &before = read.lines[place->second];
    if (before.result.status != "ok" && line.result.status == "ok") before = std::move(line);
}

} // namespace

const Result *ResultLines::find(const std::string &key) const
{
    for (const auto &line : lines)
        if (line.result.key == key) return &line.result;
    return nullptr;
}

ResultLines read_results(const std::string &path)
{
    ResultLines read;
    std::error_code ignored;
    if (!std::filesystem::exists(std::filesystem::symlink_status(path, ignored))) return read;
    std::ifstream file(path, std::ios::binary);
    if (!file || std::filesystem::is_directory(path, ignored))
        throw Error(ErrorCode::failed, std::string("the results cannot be read: ") + std::strerror(errno), path);
    std::map<std::string, std::size_t> places;
    std::size_t number = 0;
    for (std::string text; std::getline(file, text);) {
        const std::string origin = path + ":" + std::to_string(++number);
        read.torn = file.eof();
        if (read.torn && begins_a_line(text)) break;
        if (read.torn) throw Error(ErrorCode::usage, "this is no result of a study, and the end of no line", origin);
        read.whole_bytes += static_cast<std::int64_t>(text.size()) + 1;
        Result result = result_from_json(text, origin);
        add_line(read, places, {std::move(result), std::move(text)}, origin);
    }
    return read;
}

} // namespace tradewind
