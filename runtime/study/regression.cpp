// SPDX-License-Identifier: Apache-2.0
// Ranges of two measurements.
#include "study/regression.h"

#include "study/statistics.h"
#include "tensor/error.h"

#include <algorithm>

namespace tradewind {
namespace {

Comparison::Range range_of(const Result &result)
{
    const auto total = result.time.find("total");
    if (result.status != "ok" || total == result.time.end() || !(total->second.median > 0))
        throw Error(ErrorCode::usage, "the result holds no times to compare with");
    std::vector<double> rounds = result.rounds;
    if (rounds.empty()) rounds = {total->second.median};
    std::vector<double> unhindered = rounds;
    for (std::size_t i = 0; i < std::min(rounds.size(), result.rounds_waited.size()); ++i)
        unhindered[i] = std::max(0.0, rounds[i] - result.rounds_waited[i]);
    return {*std::min_element(rounds.begin(), rounds.end()), median(unhindered),
            std::max(total->second.high, median(rounds))};
}

// Names and values of what must be the same. Names of files may differ, and so may labels: settings say what counts.
std::vector<std::pair<std::string, std::string>> kind_of(const Result &result)
{
    const Configuration &c = result.configuration;
    std::vector<std::pair<std::string, std::string>> kind = {
        {"meta-architecture", c.meta},
        {"feature extractor", c.extractor},
        {"kind of weights", c.weights.starts_with("seeded") || c.weights == "embedded" ? c.weights : "a file"},
        {"target", c.target},
        {"precision", c.precision},
        {"number of streams", std::to_string(c.streams)},
        {"number of threads", std::to_string(c.threads)},
        {"batch", std::to_string(c.batch)},
        {"size", std::to_string(c.size)},
        {"resized size", std::to_string(c.resized_height) + "x" + std::to_string(c.resized_width)},
        {"input", result.inputs},
        {"processor", result.machine.cpu}};
    for (const auto &[name, value] : c.settings)
        if (name != "model.labels") kind.emplace_back("setting " + name, value);
    return kind;
}

std::string shown(const std::string &value) { return value.empty() ? "nothing" : value; }

} // namespace

std::string difference_in_kind(const Result &before, const Result &now)
{
    const auto old_kind = kind_of(before), new_kind = kind_of(now);
    for (std::size_t i = 0; i < std::min(old_kind.size(), new_kind.size()); ++i) {
        if (old_kind[i].first != new_kind[i].first)
            return "only one of them has the " + std::min(old_kind[i].first, new_kind[i].first);
        if (old_kind[i].second != new_kind[i].second)
            return "the " + old_kind[i].first + " was " + shown(old_kind[i].second) + ", and is " +
                   shown(new_kind[i].second);
    }
    if (old_kind.size() == new_kind.size()) return "";
    return "only one of them has the " + (old_kind.size() > new_kind.size() ? old_kind : new_kind).back().first;
}

Comparison compare(const Result &before, const Result &now, double limit)
{
    Comparison comparison{Verdict::same, range_of(before), range_of(now)};
    const auto least = [](const Comparison::Range &range) { return std::min(range.quietest, range.unhindered); };
    const auto beyond = [limit](double time, double upper) { return time > upper * (1 + limit); };
    if (beyond(least(comparison.now), comparison.before.upper))
        comparison.verdict = Verdict::slower;
    else if (beyond(least(comparison.before), comparison.now.upper))
        comparison.verdict = Verdict::faster;
    else if (beyond(comparison.now.quietest, comparison.before.upper))
        comparison.verdict = Verdict::undecided;
    return comparison;
}

} // namespace tradewind
