// SPDX-License-Identifier: Apache-2.0
// All that was measured and all that was not, as tables.
#include "study/report/result_tables.h"

#include "study/report/markup.h"
#include "study/report/names.h"
#include "study/report/table.h"
#include "study/statistics.h"

#include <algorithm>

namespace tradewind::reporting {
namespace {

const std::vector<const char *> accuracy_numbers = {"AP", "AP50", "AP75", "APs", "APm", "APl"};

Cell time_cell(const TimeSummary &time)
{
    const bool known = time.low > 0 && time.high > 0;
    return {number(time.median) + (known ? " (" + number(time.low) + " to " + number(time.high) + ")" : ""),
            time.median};
}

std::optional<double> positive(double value) { return value > 0 ? std::optional(value) : std::nullopt; }

// In percent, where it is more than noise.
std::optional<double> disturbance(const Result &result)
{
    const double share = waited_share(result);
    return share >= disturbed ? std::optional(100 * share) : std::nullopt;
}

const std::vector<std::string> heads = {"Configuration",
                                        "Resized to",
                                        "mAP\n%",
                                        "AP50",
                                        "AP75",
                                        "small",
                                        "medium",
                                        "large",
                                        "Time of a picture\nms (95 %)",
                                        "Waited\n%",
                                        "p90",
                                        "p99",
                                        "First\npicture",
                                        "Pictures\nmeasured",
                                        "Pictures\na second",
                                        "Multiply-adds\n10⁹",
                                        "Parameters\n10⁶",
                                        "Peak memory\nMB",
                                        "Predicted\nMB",
                                        "Joules\na picture",
                                        "Weights",
                                        "Pictures",
                                        "On accuracy"};

TableRow row_of(const Entry &entry)
{
    const Result &result = *entry.result;
    const Configuration &c = result.configuration;
    const std::string resized = std::to_string(c.resized_height) + "×" + std::to_string(c.resized_width);
    TableRow row;
    row.faded = entry.dominated;
    auto &cells = row.cells;
    cells = {cell(entry.name), cell(c.resized_height > 0 ? resized : "")};
    for (const char *name : accuracy_numbers) cells.push_back(cell(entry.accuracy(name)));
    cells.insert(cells.end(),
                 {time_cell(entry.time), cell(disturbance(result)), cell(positive(entry.time.p90)),
                  cell(positive(entry.time.p99)), cell(positive(result.first_picture)),
                  cell(positive(static_cast<double>(entry.time.count))), cell(positive(result.pictures_per_second)),
                  cell(entry.giga_multiply_adds), cell(positive(static_cast<double>(result.network.parameters) / 1e6)),
                  cell(entry.megabytes), cell(positive(static_cast<double>(result.memory.predicted_bytes) / 1e6)),
                  cell(result.joules_per_picture), cell(c.weights), cell(result.inputs), cell(result.accuracy_note)});
    return row;
}

std::string version_in(const Environment &environment, const std::string &name)
{
    const auto found = environment.versions.find(name);
    return found == environment.versions.end() ? "" : found->second;
}

std::string joined(const std::vector<std::string> &texts)
{
    std::string all;
    for (const auto &text : texts) all += (all.empty() ? "" : ", ") + text;
    return all;
}

std::string other_versions(const Environment &environment)
{
    std::vector<std::string> all;
    for (const auto &[name, version] : environment.versions)
        if (name != "commit" && name != "tradewind") all.push_back(name + " " + version);
    return joined(all);
}

} // namespace

std::string table_of_results(const Material &material)
{
    std::vector<TableRow> rows;
    for (const Entry &entry : material.entries.measured) rows.push_back(row_of(entry));
    if (rows.empty()) return sentence("Nothing was measured.");
    const bool faded = std::any_of(rows.begin(), rows.end(), [](const TableRow &row) { return row.faded; });
    std::string about = "Without accuracy no detector is better than another, so none is greyed.";
    if (material.entries.with_accuracy())
        about = faded ? "Greyed: dominated, that is, another one is at least as fast and at least as accurate."
                      : "None is dominated: none is at least as fast and at least as accurate as another.";
    return drawn_table(heads, rows) + sentence(about, "small");
}

std::string table_of_others(const Material &material)
{
    std::vector<TableRow> rows;
    for (const Result *result : material.entries.others) {
        const bool timeless = result->status == "ok";
        rows.push_back({{cell(plain_name(*result, material.catalogue)),
                         cell(result->configuration.config.empty() ? result->key : result->configuration.config),
                         cell(timeless ? "no time" : result->status),
                         cell(timeless ? "the result has no time of a picture" : result->error)},
                        false});
    }
    return rows.empty() ? "" : drawn_table({"Configuration", "Cell", "Status", "Why"}, rows);
}

std::string table_of_environments(const Entries &entries)
{
    std::vector<TableRow> rows;
    for (const Environment &environment : entries.environments) {
        const MachineFacts &machine = environment.machine;
        rows.push_back({{cell(environment.letter), cell(machine.cpu), cell(static_cast<double>(machine.cores)),
                         cell(positive(static_cast<double>(machine.memory_bytes) / 1e9)), cell(machine.system),
                         cell(version_in(environment, "tradewind")), cell(version_in(environment, "commit")),
                         cell(joined(environment.targets)), cell(other_versions(environment)),
                         cell(static_cast<double>(environment.results))},
                        false});
    }
    return drawn_table({"", "Processor", "Cores", "Memory\nGB", "System", "Tradewind", "Commit", "Targets",
                        "Other versions", "Results"},
                       rows);
}

std::string table_of_published(const Catalogue &catalogue)
{
    std::vector<TableRow> rows;
    for (const PublishedPoint &point : catalogue.points) {
        std::vector<Cell> cells = {cell(point.label)};
        for (const char *name : accuracy_numbers) {
            const auto found = point.accuracy.find(name);
            cells.push_back(cell(found == point.accuracy.end() ? std::nullopt : std::optional(found->second)));
        }
        cells.insert(cells.end(), {cell(point.time), cell(point.source), cell(point.machine)});
        rows.push_back({cells, false});
    }
    return drawn_table(
        {"Detector", "mAP\n%", "AP50", "AP75", "small", "medium", "large", "Time\nms", "Source", "Measured on"}, rows);
}

} // namespace tradewind::reporting
