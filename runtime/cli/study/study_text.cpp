// SPDX-License-Identifier: Apache-2.0
// Tables of a study.
#include "cli/study/study_text.h"

#include "cli/terminal.h"
#include "study/statistics.h"

namespace tradewind::cli {
namespace {

std::string megabytes(std::int64_t bytes) { return formatted("%.0f", static_cast<double>(bytes) / 1e6); }

std::string accuracy_of(const Result &result)
{
    if (!result.accuracy) return "-";
    const auto found = result.accuracy->numbers.find("AP");
    return found == result.accuracy->numbers.end() ? "-" : formatted("%.4f", found->second);
}

std::vector<std::string> row_of(const Cell &cell, const Result &result)
{
    const TimeSummary time = shown_total(result);
    return {printable(cell.label),
            formatted("%.1f", time.median) + (waited_share(result) >= disturbed ? " ~" : ""),
            formatted("%.1f", time.low) + " - " + formatted("%.1f", time.high),
            formatted("%.3f", static_cast<double>(result.network.multiply_adds) / 1e9),
            megabytes(result.memory.peak_bytes),
            accuracy_of(result)};
}

std::string measured(const std::vector<Cell> &cells, const ResultLines &results, bool coloured)
{
    std::vector<std::vector<std::string>> rows;
    for (const auto &cell : cells)
        if (const Result *result = results.find(cell.key); result && result->status == "ok")
            rows.push_back(row_of(cell, *result));
    if (rows.empty()) return "";
    return table({"cell", "ms", "95 %", "10^9 multiply-adds", "MB", "AP"}, rows, coloured);
}

std::string without_numbers(const std::vector<Cell> &cells, const ResultLines &results, const std::string &status)
{
    std::string text;
    for (const auto &cell : cells)
        if (const Result *result = results.find(cell.key); result && result->status == status)
            text += "  " + printable(cell.label) + ": " + printable(result->error) + "\n";
    return text.empty() ? "" : "\n" + status + ":\n" + text;
}

// Why there is no accuracy, each reason once.
std::string accuracy_notes(const std::vector<Cell> &cells, const ResultLines &results)
{
    std::map<std::string, std::size_t> notes;
    for (const auto &cell : cells)
        if (const Result *result = results.find(cell.key); result && result->status == "ok" && !result->accuracy)
            ++notes[result->accuracy_note];
    std::string text;
    for (const auto &[note, times] : notes)
        text += "no accuracy of " + std::to_string(times) + " (" + printable(note) + ")\n";
    return text.empty() ? "" : "\n" + text;
}

std::string disturbed_cells(const StudyCounts &counts)
{
    if (!counts.disturbed) return "";
    return "\n~ threads waited 5 % of the time and more for processors that others used: " +
           std::to_string(counts.disturbed) + " of " + std::to_string(counts.ok) +
           "; --retry-disturbed measures these again\n";
}

std::string counted(const StudyCounts &counts)
{
    std::string text = "\n" + std::to_string(counts.ok) + " measured, " + std::to_string(counts.impossible) +
                       " impossible, " + std::to_string(counts.failed) + " failed";
    if (counts.missing) text += ", " + std::to_string(counts.missing) + " left: the same command goes on with them";
    text += counts.failed ? "; --retry-failed measures again what failed\n" : "\n";
    if (counts.earlier)
        text += std::to_string(counts.earlier) +
                " further results are of an earlier grid: they are kept, and are no part of this\n";
    if (counts.versions > 1)
        text += "these results are of " + std::to_string(counts.versions) +
                " versions or machines: their times compare only within one\n";
    return text;
}

} // namespace

std::string outcome_text(const Result &result)
{
    if (result.status != "ok") return result.status + ": " + result.error;
    return formatted("%.1f ms, ", shown_total(result).median) + megabytes(result.memory.peak_bytes) + " MB" +
           (result.accuracy ? ", AP " + accuracy_of(result) : "");
}

std::string study_text(const std::vector<Cell> &cells, const ResultLines &results, bool coloured)
{
    return measured(cells, results, coloured) + without_numbers(cells, results, "impossible") +
           without_numbers(cells, results, "failed") + accuracy_notes(cells, results) +
           disturbed_cells(count(cells, results)) + counted(count(cells, results));
}

std::string cell_list(const std::vector<Cell> &cells, const ResultLines &results,
                      const std::vector<std::string> &checks, bool coloured)
{
    std::vector<std::vector<std::string>> rows;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const Result *result = results.find(cells[i].key);
        const std::string against = checks.empty() ? cells[i].impossible : checks[i];
        rows.push_back({printable(cells[i].grid), printable(cells[i].label), result ? result->status : "no result",
                        against.empty() ? "" : printable("impossible: " + against)});
    }
    return table({"grid", "cell", "result", ""}, rows, coloured);
}

} // namespace tradewind::cli
