// SPDX-License-Identifier: Apache-2.0
// Results from files.
#include "study/report/reading.h"

#include "tensor/error.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

namespace tradewind::reporting {
namespace {

namespace fs = std::filesystem;

std::string file_of(const std::string &path)
{
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) return path;
    const std::string file = (fs::path(path) / "results.jsonl").string();
    if (fs::exists(file, ignored)) return file;
    throw Error(ErrorCode::input, "the folder has no results.jsonl: name a study's folder, or the file itself", path);
}

void read_file(const std::string &path, std::set<std::string> &seen, std::vector<Result> &results)
{
    errno = 0;
    std::ifstream stream(path, std::ios::binary);
    if (!stream)
        throw Error(ErrorCode::input, std::string("the results cannot be read: ") + std::strerror(errno), path);
    std::string line;
    for (std::size_t number = 1; std::getline(stream, line); ++number) {
        if (line.find_first_not_of(" \t\r") == std::string::npos || !seen.insert(line).second) continue;
        results.push_back(result_from_json(line, path + ":" + std::to_string(number)));
    }
    if (stream.bad()) throw Error(ErrorCode::input, "the results cannot be read to their end", path);
}

} // namespace

std::vector<Result> read_results(const std::vector<std::string> &paths)
{
    std::set<std::string> seen;
    std::vector<Result> results;
    for (const auto &path : paths) read_file(file_of(path), seen, results);
    if (results.empty())
        throw Error(ErrorCode::usage, "there are no results: 'tradewind study' and 'tradewind bench' make them",
                    paths.empty() ? "" : paths.front());
    return results;
}

} // namespace tradewind::reporting
