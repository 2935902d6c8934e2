// SPDX-License-Identifier: Apache-2.0
// All that was measured and all that was not, as tables.
#include "study/report/result_tables.h"

#include "study/report/markup.h"
#include "study/report/table.h"

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

// Columns that are there only where a result has something for them.
struct Extra {
    bool accuracy = false, energy = false, notes = false, predicted = false;
};

Extra extra_of(const Entries &entries)
{
    Extra extra;
    for (const Entry &entry : entries.measured) {
        extra.accuracy |= entry.result->accuracy.has_value();
        extra.energy |= entry.result->joules_per_picture.has_value();
        extra.predicted |= entry.result->memory.predicted_bytes > 0;
        extra.notes |= !entry.result->accuracy_note.empty();
    }
    return extra;
}

std::vector<std::string> heads(const Extra &extra)
{
    std::vector<std::string> all = {"Configuration", "Resized to"};
    if (extra.accuracy) all.insert(all.end(), {"mAP\n%", "AP50", "AP75", "small", "medium", "large"});
    all.insert(all.end(), {"Time of a picture\nms (95 %)", "p90", "p99", "First\npicture", "Pictures\nmeasured",
                           "Pictures\na second", "Multiply-adds\n10⁹", "Parameters\n10⁶", "Peak memory\nMB"});
    if (extra.predicted) all.push_back("Predicted\nMB");
    if (extra.energy) all.push_back("Joules\na picture");
    all.insert(all.end(), {"Weights", "Pictures"});
    if (extra.notes) all.push_back("On accuracy");
    return all;
}

TableRow row_of(const Entry &entry, const Extra &extra)
{
    const Result &result = *entry.result;
    const Configuration &c = result.configuration;
    TableRow row;
    row.faded = entry.dominated;
    auto &cells = row.cells;
    cells = {
        cell(entry.name),
        cell(c.resized_height > 0 ? std::to_string(c.resized_height) + "×" + std::to_string(c.resized_width) : "")};
    if (extra.accuracy)
        for (const char *name : accuracy_numbers) cells.push_back(cell(entry.accuracy(name)));
    cells.insert(cells.end(),
                 {time_cell(entry.time), cell(positive(entry.time.p90)), cell(positive(entry.time.p99)),
                  cell(positive(result.first_picture)), cell(static_cast<double>(entry.time.count)),
                  cell(positive(result.pictures_per_second)), cell(entry.giga_multiply_adds),
                  cell(positive(static_cast<double>(result.network.parameters) / 1e6)), cell(entry.megabytes)});
    if (extra.predicted) cells.push_back(cell(positive(static_cast<double>(result.memory.predicted_bytes) / 1e6)));
    if (extra.energy) cells.push_back(cell(result.joules_per_picture));
    cells.insert(cells.end(), {cell(c.weights), cell(result.inputs)});
    if (extra.notes) cells.push_back(cell(result.accuracy_note));
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
    const Extra extra = extra_of(material.entries);
    std::vector<TableRow> rows;
    for (const Entry &entry : material.entries.measured) rows.push_back(row_of(entry, extra));
    if (rows.empty()) return sentence("Nothing was measured.");
    const bool faded = std::any_of(rows.begin(), rows.end(), [](const TableRow &row) { return row.faded; });
    const std::string about =
        extra.accuracy ? (faded ? "Greyed: dominated, that is, another one is at least as fast and at least as "
                                  "accurate."
                                : "None is dominated.")
                       : "Without accuracy no detector is better than another, so none is greyed.";
    return drawn_table(heads(extra), rows) + sentence(about, "small");
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
