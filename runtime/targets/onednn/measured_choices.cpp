// SPDX-License-Identifier: Apache-2.0
// Measuring in turns, so that a disturbance meets all candidates alike.
#include "targets/onednn/measured_choices.h"

#include "targets/cache_file.h"
#include "targets/onednn/threads.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <limits>

namespace tradewind::onednn {
namespace {

using Json = nlohmann::ordered_json;
using Times = std::vector<std::pair<LayerChoice, double>>;

const std::string head = R"({"format":"tradewind cpu choices","version":1})";
constexpr const char *file_name = "/cpu-choices.jsonl", *lock_name = "/cpu-choices.lock";

// What a candidate takes that cannot be made after all; null in the file.
constexpr double never = std::numeric_limits<double>::infinity();

constexpr int rounds = 3;
constexpr double hopeless = 1.5;      // times the best of the first round: not measured again
constexpr double clearly_less = 0.97; // what a candidate must take of the table's choice's time to win against it

std::string today()
{
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    char text[16];
    return gmtime_r(&now, &parts) && std::strftime(text, sizeof text, "%Y-%m-%d", &parts) ? text : "";
}

double middle(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

std::string file_key(const std::string &machine, const std::string &layer) { return machine + ": " + layer; }

// The candidate of that name.
std::optional<LayerChoice> named(const std::string &name, const std::vector<LayerChoice> &candidates)
{
    for (const LayerChoice &candidate : candidates)
        if (to_string(candidate) == name) return candidate;
    return std::nullopt;
}

Json line_of(const std::string &machine, const std::string &layer, const MeasuredChoice &measured)
{
    Json times = Json::object();
    // Three digits are what a measurement is worth.
    for (const auto &[choice, time] : measured.milliseconds) times[to_string(choice)] = std::round(time * 1e4) / 1e4;
    return {{"machine", machine},
            {"layer", layer},
            {"choice", to_string(measured.choice)},
            {"milliseconds", times},
            {"day", measured.day}};
}

// Of a line of the file; empty when it is none.
std::string key_of(const Json &line)
{
    if (!line.is_object()) return "";
    for (const char *member : {"machine", "layer", "choice", "day"})
        if (const auto found = line.find(member); found == line.end() || !found->is_string()) return "";
    return file_key(line["machine"].get<std::string>(), line["layer"].get<std::string>());
}

} // namespace

MeasuredChoices::MeasuredChoices(Processor processor, int threads, std::string folder)
    : processor_(std::move(processor)), threads_(threads),
      machine_(processor_.name + ", " + std::to_string(threads) + (threads == 1 ? " thread" : " threads")),
      folder_(std::move(folder))
{
    read();
}

MeasuredChoice MeasuredChoices::choose(const Layer &layer, const std::vector<LayerChoice> &candidates)
{
    const std::lock_guard alone(mutex_);
    const std::string key = layer.key();
    if (const auto found = known(key, candidates)) return *found;
    std::optional<CacheLock> lock;
    if (!folder_.empty()) lock.emplace(folder_ + lock_name);
    read(); // what others have measured since
    if (const auto found = known(key, candidates)) return *found;
    const MeasuredChoice choice = measured(layer, candidates);
    lines_[file_key(machine_, key)] =
        line_of(machine_, key, choice).dump(-1, ' ', false, Json::error_handler_t::replace);
    write();
    return choice;
}

std::optional<MeasuredChoice> MeasuredChoices::known(const std::string &key,
                                                     const std::vector<LayerChoice> &candidates) const
{
    const auto found = lines_.find(file_key(machine_, key));
    if (found == lines_.end()) return std::nullopt;
    const Json line = Json::parse(found->second, nullptr, false);
    const auto choice = named(line["choice"].get<std::string>(), candidates);
    const auto times = line.find("milliseconds");
    if (!choice || times == line.end() || !times->is_object()) return std::nullopt;
    MeasuredChoice measured{*choice, {}, line["day"].get<std::string>()};
    for (const LayerChoice &candidate : candidates) {
        const auto time = times->find(to_string(candidate));
        if (time == times->end() || !(time->is_number() || time->is_null())) return std::nullopt; // a new candidate
        measured.milliseconds.emplace_back(candidate, time->is_null() ? never : time->get<double>());
    }
    return measured;
}

MeasuredChoice MeasuredChoices::measured(const Layer &layer, const std::vector<LayerChoice> &candidates) const
{
    const ThreadScope scope(threads_);
    std::vector<std::vector<double>> times(candidates.size());
    double best = 0;
    for (int round = 0; round < rounds; ++round) {
        for (std::size_t i = 0; i < candidates.size(); ++i)
            if (round == 0 || times[i].front() <= hopeless * best)
                times[i].push_back(processor_.milliseconds(layer, candidates[i]));
        if (round > 0) continue;
        best = times.front().front();
        for (const auto &one : times) best = std::min(best, one.front());
    }
    MeasuredChoice result{by_table(processor_.family, layer, candidates), {}, today()};
    for (std::size_t i = 0; i < candidates.size(); ++i)
        result.milliseconds.emplace_back(candidates[i], middle(times[i]));
    const auto fastest = std::min_element(result.milliseconds.begin(), result.milliseconds.end(),
                                          [](const auto &a, const auto &b) { return a.second < b.second; });
    for (const auto &[choice, time] : result.milliseconds)
        if (choice == result.choice) {
            if (fastest->second < clearly_less * time) result.choice = fastest->first;
            break;
        }
    return result;
}

void MeasuredChoices::read()
{
    if (folder_.empty()) return;
    for (const std::string &line : cached_lines(folder_ + file_name, head))
        if (const std::string key = key_of(Json::parse(line, nullptr, false)); !key.empty())
            lines_.insert_or_assign(key, line);
}

void MeasuredChoices::write() const
{
    if (folder_.empty()) return;
    std::string text = head + "\n";
    for (const auto &[key, line] : lines_) text += line + "\n";
    replace_cached(folder_ + file_name, text);
}

} // namespace tradewind::onednn
