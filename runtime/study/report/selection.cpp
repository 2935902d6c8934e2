// SPDX-License-Identifier: Apache-2.0
// Which results a figure shows.
#include "study/report/selection.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace tradewind::reporting {
namespace {

constexpr std::size_t most_rows = 60;

} // namespace

std::vector<const Entry *> all_of(const Entries &entries)
{
    std::vector<const Entry *> all;
    for (const Entry &entry : entries.measured) all.push_back(&entry);
    return all;
}

std::vector<const Entry *> at_one_size(const Entries &entries)
{
    std::map<std::int64_t, std::set<std::pair<std::size_t, std::size_t>>> detectors; // by size
    for (const Entry &entry : entries.measured)
        detectors[entry.result->configuration.size].emplace(entry.shape, entry.colour);
    std::int64_t size = 0;
    for (const auto &[one, of_it] : detectors)
        if (one > 0 && (size == 0 || of_it.size() > detectors[size].size())) size = one;
    std::vector<const Entry *> chosen;
    for (const Entry &entry : entries.measured)
        if (entry.result->configuration.size == size) chosen.push_back(&entry);
    return chosen;
}

std::vector<const Entry *> with_most_proposals(const std::vector<const Entry *> &entries)
{
    const auto same = [](const Entry *entry) {
        const Configuration &c = entry->result->configuration;
        return std::tuple(entry->environment, entry->shape, entry->colour, c.size, c.output_stride, c.target,
                          c.precision, c.threads, c.batch, c.streams, c.weights);
    };
    std::map<decltype(same(nullptr)), std::int64_t> most;
    for (const Entry *entry : entries) {
        auto &proposals = most.emplace(same(entry), 0).first->second;
        proposals = std::max(proposals, entry->result->configuration.proposals);
    }
    std::vector<const Entry *> chosen;
    for (const Entry *entry : entries)
        if (entry->result->configuration.proposals == most[same(entry)]) chosen.push_back(entry);
    return chosen;
}

std::vector<const Entry *> most_accurate_of_each_pair(const std::vector<const Entry *> &entries)
{
    std::map<std::tuple<std::size_t, std::size_t, std::size_t>, const Entry *> best;
    for (const Entry *entry : entries) {
        if (!entry->ap) continue;
        const Entry *&chosen = best[{entry->environment, entry->shape, entry->colour}];
        if (!chosen || *entry->ap > *chosen->ap) chosen = entry;
    }
    std::vector<const Entry *> chosen;
    for (const auto &[key, entry] : best) chosen.push_back(entry);
    return chosen;
}

std::string limited(std::vector<const Entry *> &entries)
{
    if (entries.size() <= most_rows) return "";
    const std::size_t all = entries.size();
    entries.resize(most_rows);
    return " The first " + std::to_string(most_rows) + " of " + std::to_string(all) +
           "; the others are in the table of all results.";
}

} // namespace tradewind::reporting
