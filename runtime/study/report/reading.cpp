// SPDX-License-Identifier: Apache-2.0
// Results from files.
#include "study/report/reading.h"

#include "study/study_record.h"
#include "tensor/error.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
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

// A study's file while it was killed may end within a line.
Result result_of(const std::string &line, const std::string &place, bool without_end)
{
    try {
        return result_from_json(line, place);
    } catch (const Error &error) {
        if (!without_end) throw;
        throw Error(error.code(), error.message() + "; the line has no end: if a study was killed, run it again",
                    place);
    }
}

class Reader {
public:
    void read(const std::string &path); // a file or a folder
    ReadResults all;

private:
    // A cell that failed and was measured later is what it was measured to be.
    void add(Result result, std::map<std::string, std::size_t> &by_key);
    void read_file(const std::string &path, const std::optional<std::set<std::string>> &keys);
    void note_rest(const std::string &path, std::size_t cells, std::size_t found, std::size_t others);

    std::set<std::string> seen_; // lines
};

void Reader::add(Result result, std::map<std::string, std::size_t> &by_key)
{
    auto &results = all.results;
    const auto [found, is_new] = by_key.emplace(result.key, results.size());
    if (result.key.empty() || is_new)
        results.push_back(std::move(result));
    else if (results[found->second].status != "ok" && result.status == "ok")
        results[found->second] = std::move(result);
}

// Of a study's folder count the cells that its grid has now.
void Reader::read(const std::string &path)
{
    std::error_code ignored;
    read_file(file_of(path), fs::is_directory(path, ignored) ? recorded_keys(path) : std::nullopt);
}

void Reader::note_rest(const std::string &path, std::size_t cells, std::size_t found, std::size_t others)
{
    if (found < cells)
        all.notes.push_back("Of " + std::to_string(cells) + " cells of the study, " + std::to_string(cells - found) +
                            " have no result yet.");
    if (others)
        all.notes.push_back(std::to_string(others) + (others == 1 ? " result" : " results") + " of an earlier grid " +
                            (others == 1 ? "is" : "are") + " left out; naming " + path + " itself shows all.");
}

void Reader::read_file(const std::string &path, const std::optional<std::set<std::string>> &keys)
{
    errno = 0;
    std::ifstream stream(path, std::ios::binary);
    if (!stream)
        throw Error(ErrorCode::input, std::string("the results cannot be read: ") + std::strerror(errno), path);
    std::string line;
    std::map<std::string, std::size_t> by_key;
    std::set<std::string> others;
    for (std::size_t number = 1; std::getline(stream, line); ++number)
        if (line.find_first_not_of(" \t\r") != std::string::npos && seen_.insert(line).second) {
            Result result = result_of(line, path + ":" + std::to_string(number), stream.eof());
            if (!keys || keys->count(result.key))
                add(std::move(result), by_key);
            else
                others.insert(result.key);
        }
    if (keys) note_rest(path, keys->size(), by_key.size(), others.size());
    if (stream.bad()) throw Error(ErrorCode::input, "the results cannot be read to their end", path);
}

} // namespace

ReadResults read_results(const std::vector<std::string> &paths)
{
    Reader reader;
    for (const auto &path : paths) reader.read(path);
    if (reader.all.results.empty())
        throw Error(ErrorCode::usage, "there are no results: 'tradewind study' and 'tradewind bench' make them",
                    paths.empty() ? "" : paths.front());
    return std::move(reader.all);
}

} // namespace tradewind::reporting
