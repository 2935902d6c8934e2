// SPDX-License-Identifier: Apache-2.0
// Names of configurations.
#include "study/report/names.h"

#include "study/report/markup.h"

#include <algorithm>
#include <set>

namespace tradewind::reporting {
namespace {

// What stands in names because it is not the same everywhere.
struct Varying {
    std::set<std::pair<std::size_t, std::size_t>> strides; // of which shapes and colours
    bool target = false, precision = false, threads = false, batch = false, streams = false, environment = false;
};

Varying varying_in(const Entries &entries)
{
    Varying varying;
    if (entries.measured.empty()) return varying;
    const Configuration &first = entries.measured.front().result->configuration;
    varying.environment = entries.environments.size() > 1;
    std::map<std::pair<std::size_t, std::size_t>, std::int64_t> strides;
    for (const Entry &entry : entries.measured) {
        const Configuration &c = entry.result->configuration;
        const std::pair pair(entry.shape, entry.colour);
        if (strides.emplace(pair, c.output_stride).first->second != c.output_stride) varying.strides.insert(pair);
        varying.target |= c.target != first.target;
        varying.precision |= c.precision != first.precision;
        varying.threads |= c.threads != first.threads;
        varying.batch |= c.batch != first.batch;
        varying.streams |= c.streams != first.streams;
    }
    return varying;
}

std::string part(std::int64_t count, const std::string &one, const std::string &several)
{
    return ", " + counted(static_cast<std::size_t>(count), one, several);
}

std::string part_of(const Configuration &c, Field field)
{
    if (field == Field::size) return ", " + std::to_string(c.size);
    if (field == Field::output_stride) return ", stride " + std::to_string(c.output_stride);
    return part(c.proposals, "proposal", "proposals");
}

std::string name_of(const Entry &entry, const Varying &varying)
{
    const Configuration &c = entry.result->configuration;
    std::string name = entry.meta + " " + entry.extractor;
    if (c.size > 0) name += part_of(c, Field::size);
    if (c.output_stride > 0 && varying.strides.count({entry.shape, entry.colour}))
        name += part_of(c, Field::output_stride);
    if (c.proposals > 0) name += part_of(c, Field::proposals);
    if (varying.target) name += ", " + c.target;
    if (varying.precision) name += ", " + c.precision;
    if (varying.threads) name += part(c.threads, "thread", "threads");
    if (varying.batch) name += ", batch " + std::to_string(c.batch);
    if (varying.streams) name += part(c.streams, "stream", "streams");
    return name;
}

using Group = std::vector<Entry *>; // of one name

std::vector<Group> groups_of(Entries &entries)
{
    std::map<std::string, Group> by_name;
    for (Entry &entry : entries.measured) by_name[entry.name].push_back(&entry);
    std::vector<Group> groups;
    for (auto &[name, group] : by_name)
        if (group.size() > 1) groups.push_back(std::move(group));
    return groups;
}

// "meta.crop 7": of the settings, those that are not the same in the group.
void add_settings(const Group &group)
{
    std::map<std::string, std::set<std::string>> values;
    for (const Entry *entry : group)
        for (const auto &[key, value] : entry->result->configuration.settings) values[key].insert(value);
    for (Entry *entry : group)
        for (const auto &[key, value] : entry->result->configuration.settings)
            if (values[key].size() > 1) entry->name += ", " + key + " " + value;
}

} // namespace

void name_all(Entries &entries)
{
    const Varying varying = varying_in(entries);
    for (Entry &entry : entries.measured) {
        entry.name = name_of(entry, varying);
        if (varying.environment) entry.name += " [" + entries.environments[entry.environment].letter + "]";
    }
    // Configs differ in many settings, cells of a grid in few.
    for (const Group &group : groups_of(entries))
        if (std::all_of(group.begin(), group.end(), [&](const Entry *entry) {
                return entry->result->configuration.config == group.front()->result->configuration.config;
            }))
            add_settings(group);
    for (const auto &more : {+[](const Entry &e) { return e.result->configuration.config; },
                             +[](const Entry &e) { return e.result->key; }}) {
        std::map<std::string, std::set<std::string>> same;
        for (const Entry &entry : entries.measured) same[entry.name].insert(more(entry));
        for (Entry &entry : entries.measured)
            if (same[entry.name].size() > 1 && !more(entry).empty()) entry.name += " (" + more(entry) + ")";
    }
    std::map<std::string, int> seen;
    for (Entry &entry : entries.measured)
        if (const int times = ++seen[entry.name]; times > 1) entry.name += " #" + std::to_string(times);
}

std::string name_without(const Entry &entry, Field field)
{
    std::string name = entry.name;
    const std::string changing = part_of(entry.result->configuration, field);
    const auto at = name.find(changing);
    const auto end = at == std::string::npos ? at : at + changing.size();
    if (end != std::string::npos && (end == name.size() || name[end] == ',' || name[end] == ' '))
        name.erase(at, changing.size());
    return name;
}

std::string plain_name(const Result &result, const Catalogue &catalogue)
{
    Entry entry;
    entry.result = &result;
    entry.meta = label_of(catalogue.metas, result.configuration.meta, result.configuration);
    entry.extractor = label_of(catalogue.extractors, result.configuration.extractor, result.configuration);
    Varying varying;
    varying.strides.insert({entry.shape, entry.colour});
    varying.precision = result.configuration.precision != "f32";
    varying.threads = result.configuration.threads > 0;
    varying.batch = result.configuration.batch > 1;
    varying.streams = result.configuration.streams > 1;
    return name_of(entry, varying);
}

} // namespace tradewind::reporting
