// SPDX-License-Identifier: Apache-2.0
// Results as the report shows them.
#include "study/report/entries.h"

#include "study/report/frontier.h"
#include "study/report/names.h"
#include "study/statistics.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace tradewind::reporting {
namespace {

bool positive(double value) { return std::isfinite(value) && value > 0; }

std::size_t place_in(std::vector<std::string> &labels, const std::string &label)
{
    const auto found = std::find(labels.begin(), labels.end(), label);
    if (found == labels.end()) labels.push_back(label);
    return static_cast<std::size_t>(std::find(labels.begin(), labels.end(), label) - labels.begin());
}

const NamedPart *part_of(const std::vector<NamedPart> &parts, const std::string &name,
                         const Configuration &configuration)
{
    for (const NamedPart &part : parts) {
        const auto setting = configuration.settings.find(part.key);
        if (part.name == name &&
            (part.key.empty() || (setting != configuration.settings.end() && setting->second == part.value)))
            return &part;
    }
    return nullptr;
}

auto facts(const Environment &environment)
{
    const MachineFacts &machine = environment.machine;
    return std::tie(machine.cpu, machine.system, machine.cores, machine.memory_bytes, environment.versions);
}

std::size_t environment_of(std::vector<Environment> &environments, const Result &result)
{
    Environment mine;
    mine.machine = result.machine;
    mine.versions = result.versions;
    mine.versions.erase("target");
    auto found = std::find_if(environments.begin(), environments.end(),
                              [&](const Environment &other) { return facts(other) == facts(mine); });
    if (found == environments.end()) {
        for (std::size_t n = environments.size() + 1; n > 0; n = (n - 1) / 26)
            mine.letter.insert(mine.letter.begin(), static_cast<char>('A' + (n - 1) % 26));
        found = environments.insert(environments.end(), mine);
    }
    const auto version = result.versions.find("target");
    const std::string target =
        result.configuration.target + (version == result.versions.end() ? "" : " (" + version->second + ")");
    if (!std::count(found->targets.begin(), found->targets.end(), target)) found->targets.push_back(target);
    ++found->results;
    return static_cast<std::size_t>(found - environments.begin());
}

Entry entry_of(const Result &result, const Catalogue &catalogue, Entries &entries)
{
    Entry entry;
    entry.result = &result;
    const Configuration &configuration = result.configuration;
    entry.meta = label_of(catalogue.metas, configuration.meta, configuration);
    entry.extractor = label_of(catalogue.extractors, configuration.extractor, configuration);
    entry.shape = place_in(entries.metas, entry.meta);
    entry.colour = place_in(entries.extractors, entry.extractor);
    if (const NamedPart *part = part_of(catalogue.extractors, configuration.extractor, configuration))
        entry.top1 = part->top1;
    entry.time = shown_total(result);
    entry.ap = entry.accuracy("AP");
    if (result.network.multiply_adds > 0)
        entry.giga_multiply_adds = static_cast<double>(result.network.multiply_adds) / 1e9;
    if (result.memory.peak_bytes > 0) entry.megabytes = static_cast<double>(result.memory.peak_bytes) / 1e6;
    return entry;
}

void mark_frontiers(Entries &entries)
{
    for (std::size_t environment = 0; environment < entries.environments.size(); ++environment) {
        std::vector<Candidate> candidates;
        std::vector<Entry *> theirs;
        for (Entry &entry : entries.measured)
            if (entry.environment == environment && entry.ap) {
                candidates.push_back({entry.time.median, *entry.ap});
                theirs.push_back(&entry);
            }
        const auto below = dominated(candidates);
        for (std::size_t i = 0; i < theirs.size(); ++i) theirs[i]->dominated = below[i];
        for (const std::size_t i : frontier(candidates)) theirs[i]->on_frontier = true;
    }
}

auto rank(const Entry &entry)
{
    const Configuration &c = entry.result->configuration;
    return std::tuple(entry.environment, entry.shape, entry.colour, c.size, c.output_stride, c.proposals, c.target,
                      c.precision, c.threads, c.batch, c.streams, c.config, entry.result->key);
}

} // namespace

std::optional<double> Entry::accuracy(const std::string &name) const
{
    if (!result->accuracy) return {};
    const auto found = result->accuracy->numbers.find(name);
    if (found == result->accuracy->numbers.end() || !(found->second >= 0)) return {};
    return 100 * found->second;
}

std::size_t Entries::with_accuracy() const
{
    return static_cast<std::size_t>(
        std::count_if(measured.begin(), measured.end(), [](const Entry &entry) { return entry.ap.has_value(); }));
}

std::string label_of(const std::vector<NamedPart> &parts, const std::string &name, const Configuration &configuration)
{
    const NamedPart *part = part_of(parts, name, configuration);
    return part ? part->label : name.empty() ? "trunk of" : name; // an extractor alone has no meta-architecture
}

Entries entries_of(const std::vector<Result> &results, const Catalogue &catalogue)
{
    Entries entries;
    for (const NamedPart &part : catalogue.metas) entries.metas.push_back(part.label);
    for (const NamedPart &part : catalogue.extractors) entries.extractors.push_back(part.label);
    for (const Result &result : results) {
        const auto total = result.time.find("total");
        if (result.status != "ok" || total == result.time.end() || !positive(total->second.median)) {
            entries.others.push_back(&result);
            continue;
        }
        const std::size_t environment = environment_of(entries.environments, result);
        entries.measured.push_back(entry_of(result, catalogue, entries));
        entries.measured.back().environment = environment;
    }
    std::stable_sort(entries.measured.begin(), entries.measured.end(),
                     [](const Entry &a, const Entry &b) { return rank(a) < rank(b); });
    mark_frontiers(entries);
    name_all(entries);
    return entries;
}

} // namespace tradewind::reporting
