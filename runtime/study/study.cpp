// SPDX-License-Identifier: Apache-2.0
// The loop over cells.
#include "study/study.h"

#include "study/statistics.h"

#include <algorithm>
#include <set>

namespace tradewind {
namespace {

std::vector<std::string> keys_of(const std::vector<Cell> &cells)
{
    std::vector<std::string> keys;
    for (const auto &cell : cells) keys.push_back(cell.key);
    return keys;
}

bool is_retried(const Result &result, const StudyOptions &options)
{
    return result.status == "ok" ? options.retry_disturbed && waited_share(result) >= disturbed : options.retry;
}

std::vector<std::string> keys_to_retry(const std::vector<Cell> &cells, const ResultLines &read,
                                       const StudyOptions &options)
{
    std::vector<std::string> keys;
    for (const auto &cell : cells)
        if (const Result *result = read.find(cell.key); result && is_retried(*result, options))
            keys.push_back(cell.key);
    return keys;
}

std::vector<const Cell *> cells_to_run(const std::vector<Cell> &cells, const ResultLines &read)
{
    std::vector<const Cell *> missing;
    for (const auto &cell : cells)
        if (!read.find(cell.key)) missing.push_back(&cell);
    return missing;
}

std::string value_of(const std::map<std::string, std::string> &values, const std::string &name)
{
    const auto found = values.find(name);
    return found == values.end() ? "" : found->second;
}

} // namespace

std::size_t run_study(const Study &study, const std::vector<Cell> &cells, ResultsFile &results,
                      const MeasuringProgram &program, const StudyOptions &options, const StudyEvents &events)
{
    if (options.retry || options.retry_disturbed) results.drop(keys_to_retry(cells, results.read(), options));
    const auto missing = cells_to_run(cells, results.read());
    std::size_t left = missing.size();
    for (const Cell *cell : missing) {
        if (missing.size() - left == options.limit) break;
        events.checkpoint();
        events.before(*cell, left);
        const Result result = cell->impossible.empty() ? measure(*cell, study, program) : impossible_result(*cell);
        results.append(result);
        events.after(result, --left);
    }
    results.put_in_order(keys_of(cells));
    return left;
}

StudyCounts count(const std::vector<Cell> &cells, const ResultLines &results)
{
    StudyCounts counts;
    std::set<std::string> keys, versions;
    for (const auto &cell : cells) {
        keys.insert(cell.key);
        const Result *result = results.find(cell.key);
        if (!result) {
            ++counts.missing;
            continue;
        }
        ++(result->status == "ok" ? counts.ok : result->status == "impossible" ? counts.impossible : counts.failed);
        counts.disturbed += result->status == "ok" && waited_share(*result) >= disturbed;
        if (result->status == "ok")
            versions.insert(value_of(result->versions, "tradewind") + "\n" + value_of(result->versions, "commit") +
                            "\n" + result->machine.cpu + "\n" + std::to_string(result->machine.cores));
    }
    counts.versions = versions.size();
    for (const auto &line : results.lines) counts.earlier += !keys.count(line.result.key);
    return counts;
}

} // namespace tradewind
