// SPDX-License-Identifier: Apache-2.0
// Results that differ in one thing.
#include "study/report/comparison.h"

#include <algorithm>
#include <set>

namespace tradewind::reporting {
namespace {

constexpr double flat_within = 1.1, linear_from = 0.98;

// Everything but the settings and this field.
std::string rest_of(const Entry &entry, Field field)
{
    const Configuration &c = entry.result->configuration;
    std::string text = std::to_string(entry.environment);
    for (const auto &part : {c.meta, entry.extractor, c.weights, c.target, c.precision, entry.result->inputs})
        text += '\n' + part;
    for (const auto count : {c.threads, c.batch, c.streams}) text += '\n' + std::to_string(count);
    for (const Field other : {Field::size, Field::proposals, Field::output_stride})
        if (other != field) text += '\n' + std::to_string(value_of(entry, other));
    return text;
}

// The settings that say what the field says.
std::set<std::string> following(const Entries &entries, Field field)
{
    std::map<std::string, bool> follows;
    for (const Entry &entry : entries.measured)
        for (const auto &[key, value] : entry.result->configuration.settings) {
            const bool same = value == std::to_string(value_of(entry, field));
            const auto found = follows.emplace(key, true).first;
            if (value_of(entry, field) > 0) found->second &= same;
        }
    std::set<std::string> keys;
    for (const auto &[key, does] : follows)
        if (does) keys.insert(key);
    return keys;
}

bool follows_from(const std::string &key, Field field, const std::set<std::string> &keys)
{
    return keys.count(key) || (field == Field::size && key.starts_with("image."));
}

std::vector<std::string> differing(const Entry &a, const Entry &b, Field field, const std::set<std::string> &keys)
{
    std::vector<std::string> names;
    auto all = a.result->configuration.settings;
    all.insert(b.result->configuration.settings.begin(), b.result->configuration.settings.end());
    const auto setting = [](const Entry &entry, const std::string &key) {
        const auto found = entry.result->configuration.settings.find(key);
        return found == entry.result->configuration.settings.end() ? std::string() : found->second;
    };
    for (const auto &[key, ignored] : all) {
        const std::string left = setting(a, key), right = setting(b, key);
        if (left == right || follows_from(key, field, keys)) continue;
        if (left == std::to_string(value_of(a, field)) && right == std::to_string(value_of(b, field))) continue;
        names.push_back(key);
    }
    return names;
}

std::vector<Pair> candidates(const Entries &entries, Field field)
{
    std::vector<Pair> found;
    const auto keys = following(entries, field);
    for (const Entry &a : entries.measured)
        for (const Entry &b : entries.measured)
            if (value_of(a, field) > 0 && value_of(a, field) < value_of(b, field) &&
                rest_of(a, field) == rest_of(b, field))
                found.push_back({&a, &b, differing(a, b, field, keys)});
    std::stable_sort(found.begin(), found.end(),
                     [](const Pair &a, const Pair &b) { return a.differing.size() < b.differing.size(); });
    return found;
}

} // namespace

std::int64_t value_of(const Entry &entry, Field field)
{
    const Configuration &c = entry.result->configuration;
    return field == Field::size ? c.size : field == Field::proposals ? c.proposals : c.output_stride;
}

std::vector<std::vector<const Entry *>> series(const Entries &entries, Field field)
{
    const auto keys = following(entries, field);
    std::map<std::string, std::size_t> places;
    std::vector<std::vector<const Entry *>> all, long_enough;
    for (const Entry &entry : entries.measured) {
        if (value_of(entry, field) <= 0) continue;
        std::string rest = rest_of(entry, field);
        for (const auto &[key, value] : entry.result->configuration.settings)
            if (!follows_from(key, field, keys)) rest += '\n' + key + '=' + value;
        const std::size_t place = places.emplace(rest, all.size()).first->second;
        if (place == all.size()) all.emplace_back();
        all[place].push_back(&entry);
    }
    for (auto &one : all) {
        std::stable_sort(one.begin(), one.end(),
                         [&](const Entry *a, const Entry *b) { return value_of(*a, field) < value_of(*b, field); });
        if (value_of(*one.front(), field) < value_of(*one.back(), field)) long_enough.push_back(one);
    }
    return long_enough;
}

std::vector<Pair> pairs(const Entries &entries, Field field)
{
    std::set<std::pair<const Entry *, std::int64_t>> taken;
    std::vector<Pair> chosen;
    for (const Pair &pair : candidates(entries, field)) {
        const std::pair up(pair.smaller, value_of(*pair.larger, field)),
            down(pair.larger, value_of(*pair.smaller, field));
        if (taken.count(up) || taken.count(down)) continue;
        taken.insert({up, down});
        chosen.push_back(pair);
    }
    std::stable_sort(chosen.begin(), chosen.end(), [](const Pair &a, const Pair &b) { return a.smaller < b.smaller; });
    return chosen;
}

Growth growth_of(const std::vector<const Entry *> &series, Field field)
{
    const auto count = static_cast<double>(series.size());
    double x_mean = 0, y_mean = 0, xx = 0, xy = 0, yy = 0;
    for (const Entry *entry : series) {
        x_mean += static_cast<double>(value_of(*entry, field)) / count;
        y_mean += entry->time.median / count;
    }
    for (const Entry *entry : series) {
        const double x = static_cast<double>(value_of(*entry, field)) - x_mean, y = entry->time.median - y_mean;
        xx += x * x;
        xy += x * y;
        yy += y * y;
    }
    Growth growth;
    growth.slope = xx > 0 ? xy / xx : 0;
    growth.explained = xx > 0 && yy > 0 ? xy * xy / (xx * yy) : 1;
    growth.ratio = series.back()->time.median / series.front()->time.median;
    const bool flat = growth.ratio < flat_within && growth.ratio > 1 / flat_within;
    growth.word = flat ? "flat" : growth.explained >= linear_from && series.size() > 2 ? "linear" : "neither";
    return growth;
}

} // namespace tradewind::reporting
